package org.conntwin.tracker.userspace.helper.sip;

import java.nio.charset.StandardCharsets;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * A message of a flow that is translated: where it names an end of the flow, it must name what the receiver knows that end
 * by (kernel behaviour: {@code nf_nat_sip}). One for a message.
 */
final class TranslatedMessage {
    private final Inspection packet;
    private final Message message;
    /** As the sender sees the flow. */
    private final Tuple sent;
    /** As the receiver sees the answers. */
    private final Tuple back;

    private final boolean six;

    TranslatedMessage(Inspection packet, Message message) {
        this.packet = packet;
        this.message = message;
        sent = packet.flow().tuple(packet.direction());
        back = packet.flow().tuple(1 - packet.direction());
        six = sent.family() == Family.IPV6;
    }

    /** Rewrites the header fields; whether the message may pass. */
    Verdict pass() {
        boolean request = !message.hasAnyCase(message.start(), "SIP/2.0");
        if (request && message.requested() && !mapped()) {
            return Verdict.DROP;
        }
        return via(request) && contacts() && field(Message.Field.FROM) && field(Message.Field.TO) && answered()
                ? Verdict.ACCEPT
                : Verdict.DROP;
    }

    private boolean field(Message.Field field) {
        return !message.first(field) || mapped();
    }

    private boolean contacts() {
        message.beforeContacts();
        while (message.nextContact()) {
            int before = message.limit();
            if (!mapped()) {
                return false;
            }
            message.contactGrown(message.limit() - before);
        }
        return true;
    }

    /** The topmost Via field, if it speaks of this flow, and its parameters. */
    private boolean via(boolean request) {
        boolean tcp = sent.protocol() == Protocol.TCP;
        if (!message.first(tcp ? Message.Field.VIA_TCP : Message.Field.VIA_UDP) || !names(request)) {
            return true;
        }
        int end = message.at() + message.length() - message.limit();
        if (!mapped()) {
            return false;
        }
        end += message.limit();
        if (message.addressParameter(end, "maddr=", true)
                && isSource(sent)
                && !isDestination(back)
                && !put(address(back.destinationHigh(), back.destinationLow(), six))) {
            return false;
        }
        if (message.addressParameter(end, "received=", false)
                && isDestination(sent)
                && !isSource(back)
                && !put(address(back.sourceHigh(), back.sourceLow(), false))) {
            return false;
        }
        int at = message.parameter(end, "rport=");
        long port = at < 0 ? 0 : message.number(at) & 0xffff;
        boolean told = at >= 0 && message.behindNumber() > at;
        return !told
                || port != sent.destinationKey()
                || port == back.sourceKey()
                || put(at, message.behindNumber() - at, Integer.toString(back.sourceKey()));
    }

    /** Whether the address and port found last are the sender's, or for an answer the receiver's. */
    private boolean names(boolean sender) {
        return sender
                ? isSource(sent) && message.port() == sent.sourceKey()
                : isDestination(sent) && message.port() == sent.destinationKey();
    }

    /** Has the address and port found last be as the receiver knows them, if they are an end of the flow. */
    private boolean mapped() {
        long high;
        long low;
        int port;
        if (names(true)) {
            high = back.destinationHigh();
            low = back.destinationLow();
            port = back.destinationKey();
        } else if (names(false)) {
            high = back.sourceHigh();
            low = back.sourceLow();
            int answers = SipMemory.of(packet.flow()).answerPort;
            port = answers != 0 ? answers : back.sourceKey();
        } else {
            return true;
        }
        boolean same =
                high == message.address().high() && low == message.address().low() && port == message.port();
        return same || put(end(high, low, port));
    }

    /** Answers to a telephone that listens elsewhere than it sends from. */
    private boolean answered() {
        int port = SipMemory.of(packet.flow()).answerPort;
        if (packet.direction() == Flow.REPLY && port != 0 && sent.protocol() == Protocol.UDP) {
            packet.redirect(port);
        }
        return true;
    }

    private boolean isSource(Tuple tuple) {
        return message.address().high() == tuple.sourceHigh()
                && message.address().low() == tuple.sourceLow();
    }

    private boolean isDestination(Tuple tuple) {
        return message.address().high() == tuple.destinationHigh()
                && message.address().low() == tuple.destinationLow();
    }

    // The description

    /** Rewrites a port and the length of the description. */
    boolean port(int at, int length, int port) {
        return put(at, length, Integer.toString(port)) && contentLength();
    }

    /** Rewrites the address of a medium's connection, the first behind {@code from}. */
    boolean connection(int from, long high, long low) {
        return message.addressed(from, "c=") && put(address(high, low, false)) && contentLength();
    }

    /** Rewrites the addresses of the description's owner and its connection, if there is one. */
    boolean session(int from, long high, long low) {
        String text = address(high, low, false);
        return message.addressed(from, "o=")
                && put(text)
                && (!message.addressed(from, "c=") || put(text))
                && contentLength();
    }

    private boolean contentLength() {
        int description = message.description();
        if (description < 0) {
            return false;
        }
        int bytes = message.limit() - description + "v=".length();
        return message.field(Message.Field.CONTENT_LENGTH, message.start()) == Message.Search.FOUND
                && put(Integer.toString(bytes));
    }

    /** Rewrites a contact. */
    boolean contact(int at, int length, long high, long low, int port) {
        return put(at, length, end(high, low, port));
    }

    private boolean put(String text) {
        return put(message.at(), message.length(), text);
    }

    private boolean put(int at, int length, String text) {
        if (!packet.replacePart(at, length, text.getBytes(StandardCharsets.US_ASCII))) {
            return false;
        }
        message.grown(text.length() - length);
        return true;
    }

    private String end(long high, long low, int port) {
        return address(high, low, six) + ':' + port;
    }

    private String address(long high, long low, boolean bracketed) {
        String text = Addresses.text(sent.family(), high, low);
        return bracketed && six ? '[' + text + ']' : text;
    }
}
