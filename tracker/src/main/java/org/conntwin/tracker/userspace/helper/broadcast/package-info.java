/** Questions to a whole network, which any host of it may answer. */
@NullMarked
package org.conntwin.tracker.userspace.helper.broadcast;

import org.jspecify.annotations.NullMarked;
