/**
 * The tracker: the model of a conntrack and an expectation, the {@code ConntrackTable} port and the
 * local tables behind it.
 *
 * <p>Data flows {@code netlink -> ctnetlink -> kernel -> table}: bytes from the kernel become model
 * records, which the listener of a table receives. Nothing here knows of replication.
 */
@NullMarked
package org.conntwin.tracker;

import org.jspecify.annotations.NullMarked;
