/** How packets of each protocol but TCP change their flow; and what all such trackers have in common. */
@NullMarked
package org.conntwin.tracker.userspace.protocol;

import org.jspecify.annotations.NullMarked;
