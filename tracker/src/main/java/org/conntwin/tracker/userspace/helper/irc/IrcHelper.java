package org.conntwin.tracker.userspace.helper.irc;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.PayloadText;
import org.conntwin.tracker.userspace.helper.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * IRC's direct connections (DCC): a client that offers one in a private message is expected to be called by anybody at
 * the port that it names, for 300 s; eight at a time. Only its own address counts; where it is
 * translated, the offer names the address that others know. Behaves as {@code nf_conntrack_irc} and {@code nf_nat_irc}.
 */
public final class IrcHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(8, 300));
    private static final List<String> OFFERS = List.of("SEND ", "CHAT ", "MOVE ", "TSEND ", "SCHAT ");
    private static final String MESSAGE = "PRIVMSG ";
    private static final String DIRECT = "\1DCC ";
    /** Shortest message to one. */
    private static final int LEAST_MESSAGE = 10;
    /** Shortest text from the message's colon on. */
    private static final int LEAST_OFFER = 26;
    /** Shortest address and port with what ends them. */
    private static final int LEAST_ADDRESS = 12;
    /** Further behind nothing is read. */
    private static final int MOST = 4095;

    /** One for all flows of a tracker. */
    public IrcHelper() {}

    @Override
    public String name() {
        return "irc";
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.TCP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return POLICIES;
    }

    @Override
    public Verdict inspect(Inspection packet) {
        PayloadText text = packet.text();
        Flow flow = packet.flow();
        if (packet.direction() == Flow.REPLY || !packet.established() || flow.family() != Family.IPV4) {
            return Verdict.ACCEPT;
        }
        int end = Math.min(text.length(), MOST);
        int at = 0;
        while (at < end && text.at(at) == ' ') {
            at++;
        }
        if (at >= end - LEAST_MESSAGE || !text.hasAnyCase(at, MESSAGE)) {
            return Verdict.ACCEPT;
        }
        at = text.find(" :", at + MESSAGE.length(), end);
        if (at < 0 || at >= end - LEAST_OFFER || !text.has(at + 2, DIRECT)) {
            return Verdict.ACCEPT;
        }
        return offered(packet, text, at + 2 + DIRECT.length(), end);
    }

    private static Verdict offered(Inspection packet, PayloadText text, int from, int end) {
        int at = from;
        for (String offer : OFFERS) {
            if (text.has(at, offer)) {
                // A further one is looked for behind one that says nothing.
                at += offer.length();
                int number = number(text, at, end);
                Tuple wanted = number < 0 ? null : address(packet.flow(), text, number, end);
                if (wanted != null) {
                    return expect(packet, wanted, number, text.next() - number);
                }
            }
        }
        return Verdict.ACCEPT;
    }

    /** @param at where address and port stand, as {@code length} bytes */
    private static Verdict expect(Inspection packet, Tuple announced, int at, int length) {
        Wanted wanted = Wanted.fromAnybody(announced);
        if (!packet.translated()) {
            return packet.expect(wanted) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
        }
        wanted = wanted.translated(ExpectFunctions.FOLLOW_MASTER, packet.back(0, 0, announced.destinationKey(), true));
        return packet.announce(wanted, at, length, port -> announced.destinationLow() + " " + port);
    }

    /** Where the numbers behind a file's name begin; -1 when there are none. */
    private static int number(PayloadText text, int from, int end) {
        int at = from;
        while (text.at(at++) != ' ') {
            if (at > end - LEAST_ADDRESS) {
                return -1;
            }
        }
        return text.find("\n", at, text.length()) < 0 ? -1 : at;
    }

    /** Address and port as decimal numbers; null when they are not the client's own. */
    private static @Nullable Tuple address(Flow flow, PayloadText text, int from, int end) {
        int at = from;
        long address = text.number(at, end) & 0xffff_ffffL;
        at = text.next();
        while (text.at(at) == ' ') {
            at++;
        }
        int port = (int) text.number(at, end) & 0xffff;
        Tuple reply = flow.tuple(Flow.REPLY);
        boolean own = address == flow.tuple(Flow.ORIGINAL).sourceLow() || address == reply.destinationLow();
        return own && port != 0 ? new Tuple(Family.IPV4, Protocol.TCP, 0, 0, 0, reply.destinationLow(), 0, port) : null;
    }
}
