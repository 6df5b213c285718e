/** TCP as the kernel tracks it: segment classes, the transition table, windows, out-of-sync recovery. */
@NullMarked
package org.conntwin.tracker.userspace.tcp;

import org.jspecify.annotations.NullMarked;
