package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * Registrations (RFC 3261, section 10): calls of the registrar are expected where the contact says, inactive until the
 * registrar agrees, for as long as it says, any number of them. Contacts of others than the sender do not count.
 */
final class Registration {
    private static final int NO_PROTOCOL = -1;
    private static final int UNREADABLE = -1;

    private Registration() {}

    static Verdict request(Inspection packet, Message message, int sequence) {
        Flow flow = packet.flow();
        if (flow.has(Status.EXPECTED)) {
            return Verdict.ACCEPT;
        }
        long expires = expires(message, 0);
        message.beforeContacts();
        if (!message.nextContact()) {
            return Verdict.ACCEPT;
        }
        Tuple sender = flow.tuple(packet.direction());
        long high = message.address().high();
        long low = message.address().low();
        int contactAt = message.at();
        int contactLength = message.length();
        int protocol = protocol(message, flow);
        if (high != sender.sourceHigh() || low != sender.sourceLow() || protocol == NO_PROTOCOL) {
            return Verdict.ACCEPT;
        }
        expires = parameter(message, expires);
        if (expires == UNREADABLE) {
            return Verdict.DROP;
        }
        if (expires != 0) {
            Tuple other = flow.tuple(1 - packet.direction());
            Tuple call = new Tuple(
                    other.family(), protocol, other.sourceHigh(), other.sourceLow(), high, low, 0, message.port());
            Wanted wanted = Wanted.from(call)
                    .ofClass(MediaClass.SIGNALLING.number)
                    .flagged(Expectation.PERMANENT | Expectation.INACTIVE)
                    .helped("sip");
            if (expect(packet, message, wanted, contactAt, contactLength) == Verdict.DROP) {
                return Verdict.DROP;
            }
        }
        SipMemory.of(flow).registration = sequence;
        return Verdict.ACCEPT;
    }

    private static Verdict expect(Inspection packet, Message message, Wanted wanted, int at, int length) {
        if (!packet.translated()) {
            return packet.expect(wanted) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
        }
        Tuple tuple = wanted.tuple();
        Tuple sent = packet.flow().tuple(packet.direction());
        Tuple back = packet.flow().tuple(1 - packet.direction());
        int answers = SipMemory.of(packet.flow()).answerPort;
        int port = tuple.destinationKey() == (answers != 0 ? answers : sent.sourceKey())
                ? back.destinationKey()
                : tuple.destinationKey();
        Wanted there = packet.expectTranslated(wanted.seenAt(back.destinationHigh(), back.destinationLow(), port)
                .translated(ExpectFunctions.SIP, Media.back(packet, tuple)));
        if (there == null) {
            return Verdict.DROP;
        }
        Tuple seen = there.tuple();
        if (seen.equals(tuple)
                || new TranslatedMessage(packet, message)
                        .contact(at, length, seen.destinationHigh(), seen.destinationLow(), seen.destinationKey())) {
            return Verdict.ACCEPT;
        }
        packet.unexpect(there);
        return Verdict.DROP;
    }

    static Verdict response(Inspection packet, Message message, int sequence, long code) {
        Flow flow = packet.flow();
        if (SipMemory.of(flow).registration != sequence || code >= 100 && code <= 199) {
            return Verdict.ACCEPT;
        }
        if (code >= 200 && code <= 299) {
            long expires = expires(message, 0);
            Tuple receiver = flow.tuple(packet.direction());
            message.beforeContacts();
            while (message.nextContact()) {
                long high = message.address().high();
                long low = message.address().low();
                int protocol = protocol(message, flow);
                if (high != receiver.destinationHigh() || low != receiver.destinationLow() || protocol == NO_PROTOCOL) {
                    continue;
                }
                long granted = parameter(message, expires);
                if (granted == UNREADABLE) {
                    return Verdict.DROP;
                }
                if (granted == 0) {
                    break;
                }
                if (agreed(packet, high, low, protocol, message.port(), granted)) {
                    return Verdict.ACCEPT;
                }
            }
        }
        Calls.forget(packet, false);
        return Verdict.ACCEPT;
    }

    private static boolean agreed(Inspection packet, long high, long low, int protocol, int port, long seconds) {
        for (Expected expected : packet.expected()) {
            Tuple tuple = expected.wanted().tuple();
            if (expected.wanted().expectClass() == MediaClass.SIGNALLING.number
                    && tuple.destinationHigh() == high
                    && tuple.destinationLow() == low
                    && tuple.protocol() == protocol
                    && tuple.destinationKey() == port) {
                packet.activate(expected, (int) Math.min(Integer.MAX_VALUE, seconds));
                return true;
            }
        }
        return false;
    }

    private static long expires(Message message, long otherwise) {
        return message.field(Message.Field.EXPIRES, message.start()) == Message.Search.FOUND
                ? message.number(message.at()) & 0xffff_ffffL
                : otherwise;
    }

    /** The contact's own lifetime; {@link #UNREADABLE} when it is none. */
    private static long parameter(Message message, long otherwise) {
        int at = message.parameter("expires=");
        if (at < 0) {
            return otherwise;
        }
        long number = message.number(at) & 0xffff_ffffL;
        return message.behindNumber() == at ? UNREADABLE : number;
    }

    /** The protocol that the contact asks for, or the flow's; {@link #NO_PROTOCOL} for another one than the flow's. */
    private static int protocol(Message message, Flow flow) {
        int at = message.parameter("transport=");
        if (at < 0) {
            return flow.protocol();
        }
        String own = flow.protocol() == Protocol.TCP ? "TCP" : "UDP";
        return message.hasAnyCase(at, own) ? flow.protocol() : NO_PROTOCOL;
    }
}
