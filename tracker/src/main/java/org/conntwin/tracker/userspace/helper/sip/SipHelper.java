package org.conntwin.tracker.userspace.helper.sip;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.PayloadText;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * SIP (RFC 3261) over UDP and TCP, with descriptions of media (RFC 4566). Every message gives the flow another hour.
 * Behaves as {@code nf_conntrack_sip} with its defaults: media and calls are expected from the other end of the flow
 * alone. One TCP segment may hold several messages; one that goes on in the next segment is not read.
 */
public final class SipHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = MediaClass.policies();
    /** Messages of one segment that are read; the network card may join many, and each may expect several flows. */
    private static final int MOST_MESSAGES = 16;

    private static final int FLOW_SECONDS = 3600;
    private static final String RESPONSE = "SIP/2.0 ";
    private static final int LEAST_BYTES = 11;

    private enum Method {
        INVITE,
        UPDATE,
        ACK,
        PRACK,
        BYE,
        REGISTER
    }

    private static final List<Method> METHODS = List.of(Method.values());

    /** One for all flows of a tracker. */
    public SipHelper() {}

    @Override
    public String name() {
        return "sip";
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.UDP, Protocol.TCP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return POLICIES;
    }

    @Override
    public Verdict inspect(Inspection packet) {
        PayloadText text = packet.text();
        boolean tcp = packet.flow().protocol() == Protocol.TCP;
        if (text.length() == 0 || tcp && !packet.established()) {
            return Verdict.ACCEPT;
        }
        packet.refresh(FLOW_SECONDS);
        if (text.length() < LEAST_BYTES) {
            return Verdict.ACCEPT;
        }
        Message message = new Message(text);
        if (tcp) {
            int before = text.length();
            Verdict verdict = stream(packet, message, text);
            if (text.length() != before) {
                packet.grown(text.length() - before);
            }
            return verdict;
        }
        message.set(packet.flow().family(), 0, text.length());
        return message(packet, message);
    }

    /** The messages that are whole in a segment: their lengths say where the next begins. */
    private static Verdict stream(Inspection packet, Message message, PayloadText text) {
        int start = 0;
        for (int messages = 0; messages < MOST_MESSAGES; messages++) {
            message.set(packet.flow().family(), start, text.length());
            if (message.field(Message.Field.CONTENT_LENGTH, start) != Message.Search.FOUND) {
                return Verdict.ACCEPT;
            }
            long length = message.number(message.at());
            int body = text.find("\r\n\r\n", message.behindNumber(), text.length());
            if (body < 0) {
                return Verdict.ACCEPT;
            }
            body += 4;
            // Compared so that no sum overflows.
            if (Long.compareUnsigned(length, text.length() - body) > 0) {
                return Verdict.ACCEPT;
            }
            int end = body + (int) length;
            message.set(packet.flow().family(), start, end);
            if (message(packet, message) == Verdict.DROP) {
                return Verdict.DROP;
            }
            start = message.limit();
        }
        return Verdict.ACCEPT;
    }

    private static Verdict message(Inspection packet, Message message) {
        boolean answer = message.hasAnyCase(message.start(), RESPONSE);
        Verdict verdict = answer ? response(packet, message) : request(packet, message);
        return verdict == Verdict.ACCEPT && packet.translated()
                ? new TranslatedMessage(packet, message).pass()
                : verdict;
    }

    private static Verdict request(Inspection packet, Message message) {
        Tuple sender = packet.flow().tuple(packet.direction());
        if (packet.translated()
                && message.first(Message.Field.VIA_UDP)
                && message.port() != sender.sourceKey()
                && message.address().high() == sender.sourceHigh()
                && message.address().low() == sender.sourceLow()) {
            SipMemory.of(packet.flow()).answerPort = message.port();
        }
        for (Method method : METHODS) {
            int behind = message.start() + method.name().length();
            if (!message.hasAnyCase(message.start(), method.name())
                    || message.letter(behind) != ' '
                    || !Message.alphabetic(message.letter(behind + 1))) {
                continue;
            }
            if (!sequenced(message)) {
                return Verdict.DROP;
            }
            int sequence = (int) message.number(message.at());
            return switch (method) {
                case INVITE -> Calls.invitation(packet, message, sequence);
                case UPDATE, ACK, PRACK -> Media.read(packet, message);
                case BYE -> Calls.end(packet);
                case REGISTER -> Registration.request(packet, message, sequence);
            };
        }
        return Verdict.ACCEPT;
    }

    private static Verdict response(Inspection packet, Message message) {
        if (message.limit() - message.start() < LEAST_BYTES) {
            return Verdict.ACCEPT;
        }
        long code = message.number(message.start() + RESPONSE.length());
        if (code == 0 || !sequenced(message)) {
            return Verdict.DROP;
        }
        int sequence = (int) message.number(message.at());
        int method = message.at() + message.length() + 1;
        for (Method asked : METHODS) {
            if (asked != Method.ACK && asked != Method.BYE && message.hasAnyCase(method, asked.name())) {
                return asked == Method.REGISTER
                        ? Registration.response(packet, message, sequence, code)
                        : Calls.response(packet, message, sequence, code);
            }
        }
        return Verdict.ACCEPT;
    }

    /** Finds the message's number; without one it is not passed on. */
    private static boolean sequenced(Message message) {
        return message.field(Message.Field.CSEQ, message.start()) == Message.Search.FOUND;
    }
}
