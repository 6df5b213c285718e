/** What happens to a packet from its arrival to the moment it leaves: the core of the userspace tracker. */
@NullMarked
package org.conntwin.tracker.userspace.track;

import org.jspecify.annotations.NullMarked;
