/** What the tracker does as its table fills up: lifetimes shrink, flows make room, the ends of idle ones are asked. */
@NullMarked
package org.conntwin.tracker.userspace.overload;

import org.jspecify.annotations.NullMarked;
