package org.conntwin.tracker.userspace.helper.amanda;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.PayloadText;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * Amanda's backups: the answer to a request names the ports for data, messages, index and state that the asking side
 * connects to, for 180 s. Every answer gives the flow another 300 s. Behaves as {@code nf_conntrack_amanda} and
 * {@code nf_nat_amanda}.
 */
public final class AmandaHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(4, 180));
    private static final List<String> STREAMS = List.of("DATA ", "MESG ", "INDEX ", "STATE ");
    private static final String CONNECT = "CONNECT ";
    private static final int FLOW_SECONDS = 300;
    private static final int PORT_DIGITS = 5;

    /** One for all flows of a tracker. */
    public AmandaHelper() {}

    @Override
    public String name() {
        return "amanda";
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.UDP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return POLICIES;
    }

    @Override
    public Verdict inspect(Inspection packet) {
        if (packet.direction() == Flow.ORIGINAL) {
            return Verdict.ACCEPT;
        }
        packet.refresh(FLOW_SECONDS);
        PayloadText text = packet.text();
        int start = text.find(CONNECT, 0, text.length());
        int end = start < 0 ? -1 : text.find("\n", start + CONNECT.length(), text.length());
        if (end < 0) {
            return Verdict.ACCEPT;
        }
        Verdict verdict = Verdict.ACCEPT;
        for (String stream : STREAMS) {
            int at = text.find(stream, start + CONNECT.length(), end);
            if (at >= 0) {
                at += stream.length();
                int port = (int) text.number(at, Math.min(end, at + PORT_DIGITS)) & 0xffff;
                if (port == 0) {
                    break;
                }
                if (expect(packet, port, at, text.next() - at) == Verdict.DROP) {
                    verdict = Verdict.DROP;
                }
            }
        }
        return verdict;
    }

    /** @param at where the port stands, as {@code length} digits */
    private static Verdict expect(Inspection packet, int port, int at, int length) {
        Wanted wanted = Wanted.to(Protocol.TCP, packet.flow().tuple(Flow.ORIGINAL), port);
        if (!packet.translated()) {
            return packet.expect(wanted) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
        }
        wanted = wanted.translated(ExpectFunctions.FOLLOW_MASTER, packet.back(0, 0, port, false));
        return packet.announce(wanted, at, length, Integer::toString);
    }
}
