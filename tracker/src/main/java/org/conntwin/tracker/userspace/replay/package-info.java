/** A capture through the tracker, time taken from the capture; what became of it as lines of text. */
@NullMarked
package org.conntwin.tracker.userspace.replay;

import org.jspecify.annotations.NullMarked;
