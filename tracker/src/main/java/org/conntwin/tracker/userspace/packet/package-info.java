/** One IP packet as the trackers see it: header fields read in place, checksums, fragments made whole. */
@NullMarked
package org.conntwin.tracker.userspace.packet;

import org.jspecify.annotations.NullMarked;
