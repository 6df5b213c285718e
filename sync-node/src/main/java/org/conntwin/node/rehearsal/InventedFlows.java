package org.conntwin.node.rehearsal;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;

/** TCP, and UDP now and then, between addresses that are for documentation (RFC 5737, RFC 3849). */
final class InventedFlows {
    private InventedFlows() {}

    /** As its first event tells it: one per number, up to 60,000. */
    static Conntrack begun(int number) {
        return flow(number, Status.CONFIRMED, TcpState.SYN_SENT);
    }

    /** As it is once both sides have spoken. */
    static Conntrack established(int number) {
        return flow(number, Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED, TcpState.ESTABLISHED);
    }

    private static Conntrack flow(int number, int status, int state) {
        boolean tcp = number % 4 != 0;
        int protocol = tcp ? Protocol.TCP : Protocol.UDP;
        int port = 1_024 + number;
        Tuple original = number % 8 == 1
                ? new Tuple(Family.IPV6, protocol, 0x2001_0db8_0000_0000L, 1, 0x2001_0db8_0000_0001L, 1, port, 443)
                : Tuple.ipv4(protocol, 0xc000_0201, 0xc633_6401, port, 443);
        ConntrackBuilder entry = new ConntrackBuilder();
        entry.original = original;
        entry.reply = original.inverted();
        entry.status = status;
        entry.timeoutSeconds = number % 3 == 0 ? 120 : 432_000;
        entry.mark = number % 5;
        if (tcp) {
            entry.state = new TcpState(state, 7, 7, TcpState.WINDOW_SCALE, TcpState.WINDOW_SCALE);
            // Where a rule of a SYN proxy is, the kernel tells offsets of every flow.
            entry.synProxy = number % 2 == 0 ? new SynProxyOffsets(0, 0, 0) : null;
        }
        return Objects.requireNonNull(entry.build());
    }
}
