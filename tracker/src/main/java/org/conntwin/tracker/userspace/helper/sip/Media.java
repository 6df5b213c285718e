package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The media that a message's description announces: RTP to the port that is told, from the other end of the signalling
 * only ("direct media"), RTCP to the next one (RFC 3550, section 11).
 */
final class Media {
    private static final int MOST = 3;
    private static final int LEAST_PORT = 1024;
    private static final int MOST_PORT = 65_535;

    private Media() {}

    /** Expects what is announced; whether the message may pass. */
    static Verdict read(Inspection packet, Message message) {
        int description = message.description();
        if (description < 0) {
            return Verdict.ACCEPT;
        }
        boolean told = message.connection(description);
        long high = message.address().high();
        long low = message.address().low();
        int at = description;
        int media = 0;
        while (media < MOST && message.medium(at)) {
            at = message.at();
            MediaClass type = type(message);
            if (type == null) {
                at += message.length();
                continue;
            }
            at += type.type.length();
            long port = message.number(at);
            if (port == 0) {
                continue;
            }
            if (Long.compareUnsigned(port & 0xffff_ffffL, LEAST_PORT) < 0
                    || Long.compareUnsigned(port & 0xffff_ffffL, MOST_PORT) > 0) {
                return Verdict.DROP;
            }
            boolean own = message.connection(at);
            if (!own && !told) {
                return Verdict.DROP;
            }
            long mediaHigh = own ? message.address().high() : high;
            long mediaLow = own ? message.address().low() : low;
            if (expect(packet, type, mediaHigh, mediaLow, (int) port) == Verdict.DROP) {
                return Verdict.DROP;
            }
            media++;
        }
        return Verdict.ACCEPT;
    }

    private static @Nullable MediaClass type(Message message) {
        for (MediaClass type : MediaClass.MEDIA) {
            if (message.length() >= type.type.length() && message.has(message.at(), type.type)) {
                return type;
            }
        }
        return null;
    }

    private static Verdict expect(Inspection packet, MediaClass type, long high, long low, int port) {
        Flow flow = packet.flow();
        Tuple sender = flow.tuple(packet.direction());
        if (high != sender.sourceHigh() || low != sender.sourceLow()) {
            return Verdict.ACCEPT;
        }
        Tuple other = flow.tuple(1 - packet.direction());
        Tuple stream = new Tuple(
                other.family(), Protocol.UDP, other.sourceHigh(), other.sourceLow(), high, low, 0, port & 0xffff);
        // The same description is seen on several connections when several ends receive one call.
        Expected known = packet.find(stream);
        if (known != null
                && known.master() != flow
                && "sip".equals(known.master().helper())
                && known.wanted().expectClass() == type.number) {
            return Verdict.ACCEPT;
        }
        Outcome first = shared(packet, type, stream, port & ~1);
        if (first != Outcome.DONE && first != Outcome.EXISTS) {
            return Verdict.DROP;
        }
        Outcome second = shared(packet, type, stream, (port & ~1) + 1);
        if (second == Outcome.DONE || second == Outcome.EXISTS) {
            return Verdict.ACCEPT;
        }
        if (first == Outcome.DONE) {
            Expected made = packet.find(to(stream, port & ~1));
            if (made != null) {
                packet.unexpect(made);
            }
        }
        return Verdict.DROP;
    }

    /** Expects a stream unless somebody does already. */
    private static Outcome shared(Inspection packet, MediaClass type, Tuple stream, int port) {
        Wanted wanted = Wanted.from(to(stream, port)).ofClass(type.number);
        Expected known = packet.find(wanted.tuple());
        if (known != null
                && known.wanted().tuple().equals(wanted.tuple())
                && known.wanted().mask().equals(wanted.mask())
                && (known.master() != packet.flow() || known.wanted().expectClass() != type.number)) {
            return Outcome.EXISTS;
        }
        return packet.expect(wanted);
    }

    private static Tuple to(Tuple stream, int port) {
        return new Tuple(
                stream.family(),
                stream.protocol(),
                stream.sourceHigh(),
                stream.sourceLow(),
                stream.destinationHigh(),
                stream.destinationLow(),
                0,
                port);
    }
}
