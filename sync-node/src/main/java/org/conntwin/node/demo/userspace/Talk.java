package org.conntwin.node.demo.userspace;

import java.util.SplittableRandom;
import org.conntwin.node.demo.endpoint.Timed;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.Progress;

/** One end of a flow that goes on until it is told to finish: sends a piece now and then, verifies what comes. */
abstract sealed class Talk extends Timed permits TcpTalk, UdpTalk {
    final int id;
    final boolean client;
    final Progress progress;
    final SplittableRandom random;
    FlowReport.State state = FlowReport.State.OPENING;
    private final long intervalNanos;
    private long sendAt = NEVER;

    Talk(int id, boolean client, long intervalNanos, SplittableRandom random, long now) {
        this.id = id;
        this.client = client;
        this.intervalNanos = intervalNanos;
        this.random = random;
        progress = new Progress(now);
    }

    /** Sends the next piece. */
    abstract void send(long now);

    /** What there is to say of the flow at this end. */
    abstract FlowReport report(long now);

    /** Sends from now on, at its pace. */
    final void begin(long now) {
        state = FlowReport.State.OPEN;
        sendAt = now + random.nextLong(intervalNanos) + 1;
    }

    final void end(FlowReport.State last) {
        state = last;
        sendAt = NEVER;
    }

    @Override
    public final long deadline() {
        return sendAt;
    }

    @Override
    public final void due(long now) {
        // Two thirds to four thirds of the interval: flows do not fall into step.
        sendAt = now + intervalNanos * 2 / 3 + random.nextLong(intervalNanos * 2 / 3 + 1);
        send(now);
    }
}
