/** Helpers: they read what control connections say and tell which flows will follow from it. */
@NullMarked
package org.conntwin.tracker.userspace.helper;

import org.jspecify.annotations.NullMarked;
