/**
 * What a node does in memory, some seconds after its start, so that the first burst and the first takeover find code that
 * is compiled: invented flows go through the very classes of replication and commit.
 */
@NullMarked
package org.conntwin.node.rehearsal;

import org.jspecify.annotations.NullMarked;
