package org.conntwin.tracker.userspace.helper.sane;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.PayloadText;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * SANE's network protocol: the answer to a request to start names the port of the server where the client fetches the
 * data, for 300 s. Behaves as {@code nf_conntrack_sane}.
 */
public final class SaneHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(1, 300));
    private static final int START = 7;
    private static final int REQUEST_BYTES = 8;
    private static final int ANSWER_BYTES = 8;

    /** What is remembered of a flow: that a request to start waits for its answer. */
    private enum Waiting {
        FOR_START
    }

    /** One for all flows of a tracker. */
    public SaneHelper() {}

    @Override
    public String name() {
        return "sane";
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
        if (!packet.established() || text.length() == 0) {
            return Verdict.ACCEPT;
        }
        Flow flow = packet.flow();
        if (packet.direction() == Flow.ORIGINAL) {
            if (text.length() == REQUEST_BYTES) {
                flow.extras().helperMemory = text.u32(0) == START ? Waiting.FOR_START : null;
            }
            return Verdict.ACCEPT;
        }
        if (flow.extras().helperMemory != Waiting.FOR_START) {
            return Verdict.ACCEPT;
        }
        flow.extras().helperMemory = null;
        // Status and what follows it are 0 when all is well.
        if (text.length() < ANSWER_BYTES || text.u32(0) != 0 || text.u16(4) != 0) {
            return Verdict.ACCEPT;
        }
        return packet.expect(Wanted.to(Protocol.TCP, flow.tuple(Flow.ORIGINAL), text.u16(6))) == Outcome.DONE
                ? Verdict.ACCEPT
                : Verdict.DROP;
    }
}
