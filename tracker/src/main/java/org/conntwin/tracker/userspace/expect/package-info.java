/** Flows that helpers expect: found by the first packet, bounded, with lives of their own. */
@NullMarked
package org.conntwin.tracker.userspace.expect;

import org.jspecify.annotations.NullMarked;
