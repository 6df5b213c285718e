/** The one place that binds the C library; all names here are C's. */
@NullMarked
package org.conntwin.tracker.netlink.ffi;

import org.jspecify.annotations.NullMarked;
