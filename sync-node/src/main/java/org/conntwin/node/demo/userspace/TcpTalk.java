package org.conntwin.node.demo.userspace;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.conntwin.node.demo.endpoint.ByteSource;
import org.conntwin.node.demo.endpoint.TcpEndpoint;
import org.conntwin.node.demo.endpoint.TcpUser;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.FlowStream;
import org.jspecify.annotations.Nullable;

/** One end of a TCP flow; both ends stream to each other until the client finishes. */
final class TcpTalk extends Talk implements TcpUser {
    private static final int LEAST_PIECE = 64;
    private static final int MOST_PIECE = 1_200;
    /** One piece of so many is large enough to go in several segments. */
    private static final int LARGE_ONE_OF = 32;

    private static final int LARGE_PIECE = 8_000;
    /** Who writes faster than it is taken has to wait, as with any socket. */
    private static final int MOST_BACKLOG = 16 << 10;

    private final VirtualHosts home;
    private final World world;
    private final FlowStream incoming;
    private final ByteSource outgoing;
    private @Nullable TcpEndpoint endpoint;

    TcpTalk(World world, int id, boolean client, long seed, long intervalNanos, SplittableRandom random, long now) {
        super(id, client, intervalNanos, random, now);
        this.world = world;
        home = client ? world.clients() : world.servers();
        incoming = FlowStream.of(seed, id, client ? 1 : 0);
        outgoing = FlowStream.of(seed, id, client ? 0 : 1)::fill;
    }

    /** What this end has to say. */
    ByteSource outgoing() {
        return outgoing;
    }

    /** Takes the end of the connection that it talks over. */
    void use(TcpEndpoint own) {
        endpoint = own;
    }

    @Override
    void send(long now) {
        TcpEndpoint own = endpoint;
        if (own != null && state == FlowReport.State.OPEN && own.backlog() < MOST_BACKLOG) {
            boolean large = random.nextInt(LARGE_ONE_OF) == 0;
            own.write(large ? LARGE_PIECE : random.nextInt(LEAST_PIECE, MOST_PIECE), now);
            home.changed(own);
        }
    }

    /** Says that this end has sent everything (client); the flow is closed when the server has said so, too. */
    void finish(long now) {
        TcpEndpoint own = endpoint;
        if (own != null && state == FlowReport.State.OPEN) {
            progress.disarm(now);
            end(FlowReport.State.CLOSING);
            own.finish(now);
            home.changed(own);
        }
    }

    /** How often this end sent something again. */
    long retransmissions() {
        TcpEndpoint own = endpoint;
        return own == null ? 0 : own.retransmissions();
    }

    @Override
    public void established(long now) {
        begin(now);
        world.timers().changed(this);
    }

    @Override
    public void received(ByteBuffer bytes, long now) {
        int count = bytes.remaining();
        TcpEndpoint own = endpoint;
        if (incoming.matches(progress.received(), bytes)) {
            progress.advance(count, now);
        } else {
            end(FlowReport.State.CORRUPTED);
        }
        if (own != null) {
            own.read(now);
        }
    }

    @Override
    public void finished(long now) {
        // The client finishes first; a server that ends the connection before that has lost it.
        if (client || state != FlowReport.State.OPEN) {
            if (state != FlowReport.State.CLOSING) {
                fail(FlowReport.State.RESET, now);
            }
            return;
        }
        progress.disarm(now);
        end(FlowReport.State.CLOSING);
        TcpEndpoint own = endpoint;
        if (own != null) {
            own.finish(now);
        }
    }

    @Override
    public void closed(long now) {
        if (!state.failed()) {
            end(FlowReport.State.CLOSED);
        }
    }

    @Override
    public void reset(long now) {
        fail(FlowReport.State.RESET, now);
    }

    private void fail(FlowReport.State how, long now) {
        progress.disarm(now);
        if (!state.failed()) {
            end(how);
        }
    }

    @Override
    FlowReport report(long now) {
        return new FlowReport(
                FlowReport.Kind.TCP, id, state, progress.movedSinceMark(), progress.longestStallNanos(now) / 1_000);
    }
}
