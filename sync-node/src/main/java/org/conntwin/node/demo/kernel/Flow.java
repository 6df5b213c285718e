package org.conntwin.node.demo.kernel;

import java.nio.ByteBuffer;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.Progress;

/** One end of a flow. Single-threaded: its agent's loop calls it. */
sealed interface Flow permits TcpFlow, UdpFlow {
    /** Sends the next piece, as far as the kernel takes it; the {@code scratch} buffer is free to use. */
    void send(ByteBuffer scratch, int length, long nowNanos);

    /** How the receiving side gets on. */
    Progress progress();

    /** How the flow stands. */
    FlowReport.State state();

    /** What there is to say of the flow now. */
    FlowReport report(long nowNanos);
}
