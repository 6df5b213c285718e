/**
 * The userspace tracker, in the order in which a packet meets its rooms: {@code capture} and {@code packet} read it,
 * {@code flow} finds its flow, {@code expect} tells a new one's master, {@code tcp} and {@code protocol} judge it,
 * {@code nat} gives it other ends, {@code helper} reads it on its way out, {@code track} joins them into one decision a
 * packet, and this package makes of it a table like the kernel's.
 */
@NullMarked
package org.conntwin.tracker.userspace;

import org.jspecify.annotations.NullMarked;
