package org.conntwin.node.demo.userspace;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.conntwin.node.demo.endpoint.ByteSource;
import org.conntwin.node.demo.endpoint.DatagramUser;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.FlowStream;
import org.conntwin.tracker.model.Tuple;

/**
 * One end of a UDP flow: datagrams with their number and a piece of the flow's stream that the number determines. Losses and
 * reordering are allowed, altered bytes are not.
 *
 * <p>The client can be <em>silent</em>: then only the server sends, and the client begins again with the first datagram that
 * reaches it after the mark. So the first datagram through the new firewall comes from outside, where only a committed entry
 * lets it in; a client that went on sending would simply make itself a new entry, and prove nothing.
 */
final class UdpTalk extends Talk implements DatagramUser {
    private static final int NUMBER_BYTES = 8;
    private static final int PIECE_BYTES = 1_024;
    private static final int LEAST_PIECE = 64;

    private final VirtualHosts home;
    private final Tuple tuple;
    private final FlowStream incoming;
    private final ByteSource outgoing;
    private boolean silent;
    private boolean mayWake;
    private long sent;
    private long lastNumber = -1;

    /** @param tuple from this end to the other */
    UdpTalk(
            VirtualHosts home,
            Tuple tuple,
            int id,
            boolean client,
            long seed,
            long intervalNanos,
            SplittableRandom random,
            long now) {
        super(id, client, intervalNanos, random, now);
        this.home = home;
        this.tuple = tuple;
        incoming = FlowStream.of(seed, id, client ? 1 : 0);
        FlowStream stream = FlowStream.of(seed, id, client ? 0 : 1);
        outgoing = (number, target, length) -> {
            target.putLong(number);
            stream.fill(number * PIECE_BYTES, target, length - NUMBER_BYTES);
        };
        home.bind(tuple, this);
    }

    @Override
    void send(long now) {
        if (state == FlowReport.State.OPEN && !silent) {
            home.send(tuple, outgoing, sent, NUMBER_BYTES + random.nextInt(LEAST_PIECE, PIECE_BYTES), now);
            sent++;
        }
    }

    @Override
    public void received(ByteBuffer data, long now) {
        int bytes = data.remaining() - NUMBER_BYTES;
        long number = bytes > 0 ? data.getLong() : -1;
        if (number < 0 || !incoming.matches(number * PIECE_BYTES, data)) {
            end(FlowReport.State.CORRUPTED);
            return;
        }
        if (number > lastNumber) {
            lastNumber = number;
            progress.advance(bytes, now);
        }
        if (mayWake) {
            silent = false;
            mayWake = false;
        }
    }

    /** Only listens until {@link #mark} and a datagram after it (client). */
    void hush() {
        silent = client;
    }

    /** Remembers this point; a silent end may wake from now on. */
    void mark() {
        progress.mark();
        mayWake = silent;
    }

    @Override
    FlowReport report(long now) {
        // The server hears nothing while the client is silent, so only the client's pauses say something of the
        // network.
        long stall = client ? progress.longestStallNanos(now) / 1_000 : 0;
        return new FlowReport(FlowReport.Kind.UDP, id, state, progress.movedSinceMark(), stall);
    }
}
