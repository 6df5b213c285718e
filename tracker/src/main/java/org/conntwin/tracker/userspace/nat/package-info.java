/** Network address translation: which flows get other ends, by which rules, and packets that follow. */
@NullMarked
package org.conntwin.tracker.userspace.nat;

import org.jspecify.annotations.NullMarked;
