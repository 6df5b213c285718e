/**
 * Packets that the kernel's ruleset hands to a queue (NFQUEUE) and holds until a verdict comes: settings, packets in,
 * verdicts out. Nothing here knows what the packets are for.
 */
@NullMarked
package org.conntwin.tracker.queue;

import org.jspecify.annotations.NullMarked;
