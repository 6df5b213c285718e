/** SANE: the connection that carries what a scanner sees. */
@NullMarked
package org.conntwin.tracker.userspace.helper.sane;

import org.jspecify.annotations.NullMarked;
