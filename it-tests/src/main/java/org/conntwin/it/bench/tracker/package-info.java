/** How fast the userspace tracker is, and how much memory a flow takes. */
@NullMarked
package org.conntwin.it.bench.tracker;

import org.jspecify.annotations.NullMarked;
