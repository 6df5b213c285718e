package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Expectation.Nat;
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
        TranslatedMessage translated = packet.translated() ? new TranslatedMessage(packet, message) : null;
        MediaAddress address = new MediaAddress();
        address.high = high;
        address.low = low;
        while (media < MOST && message.medium(at)) {
            at = message.at();
            int length = message.length();
            MediaClass type = type(message);
            if (type == null) {
                at += length;
                continue;
            }
            at += type.type.length();
            length -= type.type.length();
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
            address.high = own ? message.address().high() : high;
            address.low = own ? message.address().low() : low;
            MediaPort place = translated == null ? null : new MediaPort(translated, at, length);
            if (expect(packet, type, address, (int) port, place) == Verdict.DROP
                    || (own && translated != null && !translated.connection(at, address.high, address.low))) {
                return Verdict.DROP;
            }
            media++;
        }
        return (media == 0 && !told) || translated == null || translated.session(description, address.high, address.low)
                ? Verdict.ACCEPT
                : Verdict.DROP;
    }

    private static @Nullable MediaClass type(Message message) {
        for (MediaClass type : MediaClass.MEDIA) {
            if (message.length() >= type.type.length() && message.has(message.at(), type.type)) {
                return type;
            }
        }
        return null;
    }

    /**
     * Expects one medium.
     *
     * @param address where it is announced; where the receiver must be told it is, after this call
     * @param place where its port stands, null unless the flow is translated
     */
    private static Verdict expect(
            Inspection packet, MediaClass type, MediaAddress address, int port, @Nullable MediaPort place) {
        Flow flow = packet.flow();
        Tuple sender = flow.tuple(packet.direction());
        if (address.high != sender.sourceHigh() || address.low != sender.sourceLow()) {
            return Verdict.ACCEPT;
        }
        Tuple other = flow.tuple(1 - packet.direction());
        Tuple stream = new Tuple(
                other.family(),
                Protocol.UDP,
                other.sourceHigh(),
                other.sourceLow(),
                address.high,
                address.low,
                0,
                port & 0xffff);
        // The same description is seen on several connections when several ends receive one call.
        Expected known = packet.find(stream);
        boolean direct = false;
        while (known != null
                && known.master() != flow
                && "sip".equals(known.master().helper())
                && known.wanted().expectClass() == type.number) {
            Tuple behind = direct || place == null ? null : behind(known);
            if (behind == null) {
                if (direct && place != null && !place.put(stream.destinationKey() & ~1)) {
                    return Verdict.DROP;
                }
                return Verdict.ACCEPT;
            }
            // Both ends are behind the same translation: they reach each other without it.
            direct = true;
            address.high = behind.sourceHigh();
            address.low = behind.sourceLow();
            stream = to(stream, address.high, address.low, behind.sourceKey());
            known = packet.find(stream);
        }
        int even = stream.destinationKey() & ~1;
        if (direct && place != null && !place.put(even)) {
            return Verdict.DROP;
        }
        return place == null || direct
                ? pair(packet, type, stream, even)
                : TranslatedMedia.expect(packet, type, stream, address, place);
    }

    /** Where a known stream really goes to, in the source; null when that is where it is expected. */
    private static @Nullable Tuple behind(Expected known) {
        Nat nat = known.wanted().nat();
        Tuple seen = known.wanted().tuple();
        if (nat == null) {
            return new Tuple(seen.family(), seen.protocol(), 0, 0, 0, 0, 0, 0);
        }
        Tuple saved = nat.tuple();
        boolean same = saved.sourceHigh() == seen.destinationHigh()
                && saved.sourceLow() == seen.destinationLow()
                && saved.sourceKey() == seen.destinationKey();
        return same ? null : saved;
    }

    /** How a stream that is expected elsewhere goes to where this tuple has it. */
    static Nat back(Inspection packet, Tuple stream) {
        return packet.back(
                stream.destinationHigh(),
                stream.destinationLow(),
                stream.destinationKey(),
                packet.direction() == Flow.ORIGINAL);
    }

    /** Expects both streams of a medium. */
    private static Verdict pair(Inspection packet, MediaClass type, Tuple stream, int port) {
        Outcome first = shared(packet, wanted(type, stream, port));
        if (first != Outcome.DONE && first != Outcome.EXISTS) {
            return Verdict.DROP;
        }
        Outcome second = shared(packet, wanted(type, stream, port + 1));
        if (second == Outcome.DONE || second == Outcome.EXISTS) {
            return Verdict.ACCEPT;
        }
        if (first == Outcome.DONE) {
            Expected made = packet.find(to(stream, port));
            if (made != null) {
                packet.unexpect(made);
            }
        }
        return Verdict.DROP;
    }

    /** Expects a stream unless somebody does already. */
    static Outcome shared(Inspection packet, Wanted wanted) {
        Expected known = packet.find(wanted.tuple());
        if (known != null
                && known.wanted().tuple().equals(wanted.tuple())
                && known.wanted().mask().equals(wanted.mask())
                && (known.master() != packet.flow() || known.wanted().expectClass() != wanted.expectClass())) {
            return Outcome.EXISTS;
        }
        return packet.expect(wanted);
    }

    private static Wanted wanted(MediaClass type, Tuple stream, int port) {
        return Wanted.from(to(stream, port)).ofClass(type.number);
    }

    static Tuple to(Tuple stream, int port) {
        return to(stream, stream.destinationHigh(), stream.destinationLow(), port);
    }

    private static Tuple to(Tuple stream, long high, long low, int port) {
        return new Tuple(
                stream.family(), stream.protocol(), stream.sourceHigh(), stream.sourceLow(), high, low, 0, port);
    }
}
