package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * Media whose announcer is known to its peer by another address: expected there, at the announced pair of ports or the
 * next one that is free (kernel behaviour: {@code nf_nat_sdp_media}).
 */
final class TranslatedMedia {
    private static final int MOST_PORT = 65_535;
    /** Pairs that are tried; the kernel tries all. */
    private static final int ATTEMPTS = 1_024;

    private TranslatedMedia() {}

    /**
     * Expects both streams.
     *
     * @param stream as announced
     * @param address becomes the one by which the peer knows the announcer
     */
    static Verdict expect(Inspection packet, MediaClass type, Tuple stream, MediaAddress address, MediaPort place) {
        Tuple sent = packet.flow().tuple(packet.direction());
        Tuple back = packet.flow().tuple(1 - packet.direction());
        if (sent.sourceHigh() != back.destinationHigh() || sent.sourceLow() != back.destinationLow()) {
            address.high = back.destinationHigh();
            address.low = back.destinationLow();
        }
        int even = stream.destinationKey() & ~1;
        Wanted data = wanted(packet, type, stream, even);
        Wanted control = wanted(packet, type, stream, even + 1);
        int port = even;
        for (int i = 0; i < ATTEMPTS && port < MOST_PORT; i++, port += 2) {
            Wanted first = data.seenAt(address.high, address.low, port);
            Outcome outcome = Media.shared(packet, first);
            if (outcome == Outcome.BUSY) {
                continue;
            }
            if (outcome != Outcome.DONE) {
                return Verdict.DROP;
            }
            Wanted second = control.seenAt(address.high, address.low, port + 1);
            outcome = Media.shared(packet, second);
            if (outcome == Outcome.DONE) {
                if (port == even || place.put(port)) {
                    return Verdict.ACCEPT;
                }
                packet.unexpect(second);
            }
            packet.unexpect(first);
            if (outcome != Outcome.BUSY) {
                return Verdict.DROP;
            }
        }
        return Verdict.DROP;
    }

    private static Wanted wanted(Inspection packet, MediaClass type, Tuple stream, int port) {
        Tuple announced = Media.to(stream, port);
        return Wanted.from(announced)
                .ofClass(type.number)
                .translated(ExpectFunctions.SIP, Media.back(packet, announced));
    }
}
