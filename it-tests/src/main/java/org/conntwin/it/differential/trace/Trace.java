package org.conntwin.it.differential.trace;

import java.util.List;
import org.conntwin.tracker.model.Family;

/**
 * Packets and when they are sent.
 *
 * @param name kind and seed
 * @param family of all its packets
 */
public record Trace(String name, Family family, List<Step> steps) {
    /** Copies the steps. */
    public Trace {
        steps = List.copyOf(steps);
    }

    /**
     * One packet.
     *
     * @param nanos since the first packet
     * @param packet from the IP header on; its number in the trace is its identification, those of one datagram's
     *     fragments agree
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares steps, and nobody writes to their packets
    public record Step(long nanos, byte[] packet) {}
}
