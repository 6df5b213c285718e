package org.conntwin.tracker.userspace.helper.tftp;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * TFTP (RFC 1350): a request to read or write is answered from a port of the server's choice, so that the server's
 * address is expected at the client's port, for 300 s. Behaves as {@code nf_conntrack_tftp} and {@code nf_nat_tftp}.
 */
public final class TftpHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(1, 300));
    private static final int READ = 1;
    private static final int WRITE = 2;

    /** One for all flows of a tracker. */
    public TftpHelper() {}

    @Override
    public String name() {
        return "tftp";
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
        int operation = packet.text().u16(0);
        if (operation != READ && operation != WRITE) {
            return Verdict.ACCEPT;
        }
        Tuple reply = packet.flow().tuple(Flow.REPLY);
        Wanted wanted = Wanted.to(Protocol.UDP, reply, reply.destinationKey());
        if (packet.translated()) {
            int port = packet.flow().tuple(Flow.ORIGINAL).sourceKey();
            wanted = wanted.translated(ExpectFunctions.FOLLOW_MASTER, packet.back(0, 0, port, true));
        }
        return packet.expect(wanted) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
    }
}
