/**
 * Live traffic: packets that the kernel's ruleset queues before routing and again after it. The first pass tracks a
 * packet and writes what it is into the packet mark, the ruleset decides on the mark, the second pass finds the flow
 * again and lets it leave. {@link org.conntwin.tracker.userspace.live.LiveTraffic} is the entry.
 */
@NullMarked
package org.conntwin.tracker.userspace.live;

import org.jspecify.annotations.NullMarked;
