package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.FlowStream;
import org.conntwin.node.demo.flow.Progress;

/**
 * One end of a UDP flow: datagrams of {@value #HEADER_BYTES} bytes (magic number, flow id, number of the datagram) and a piece of the flow's
 * {@link FlowStream} that the number determines. Losses and reordering are allowed, altered bytes are not.
 *
 * <p>The client can be <em>silent</em>: then only the server sends, and the client begins again with the first datagram that reaches it after the mark. So the
 * first datagram through the new firewall comes from outside, where only a committed entry lets it in; a client that went on sending would simply make itself
 * a new entry, and prove nothing.
 */
final class UdpFlow implements Flow {
    static final int HEADER_BYTES = 16;
    private static final int MAGIC = 0x43547532;
    private static final int PIECE_BYTES = 1024;

    private final DatagramChannel channel;
    private final SocketAddress peer;
    private final int id;
    private final boolean client;
    private final FlowStream outgoing;
    private final FlowStream incoming;
    private final Progress progress;
    private FlowReport.State state = FlowReport.State.OPEN;
    private boolean silent;
    private boolean mayWake;
    private long sent;
    private long lastNumber = -1;

    UdpFlow(DatagramChannel channel, SocketAddress peer, long seed, int id, boolean client, long nowNanos) {
        this.channel = channel;
        this.peer = peer;
        this.id = id;
        this.client = client;
        outgoing = FlowStream.of(seed, id, client ? 0 : 1);
        incoming = FlowStream.of(seed, id, client ? 1 : 0);
        progress = new Progress(nowNanos);
    }

    /** The flow's id in a datagram, or -1 when it is none of ours; leaves the position alone. */
    static int idOf(ByteBuffer datagram) {
        if (datagram.remaining() <= HEADER_BYTES || datagram.getInt(datagram.position()) != MAGIC) {
            return -1;
        }
        return datagram.getInt(datagram.position() + 4);
    }

    /** Checks a datagram of this flow. */
    void receive(ByteBuffer datagram, long nowNanos) {
        long number = datagram.getLong(datagram.position() + 8);
        datagram.position(datagram.position() + HEADER_BYTES);
        int bytes = datagram.remaining();
        if (number < 0 || !incoming.matches(number * PIECE_BYTES, datagram)) {
            state = FlowReport.State.CORRUPTED;
            return;
        }
        if (number > lastNumber) {
            lastNumber = number;
            progress.advance(bytes, nowNanos);
        }
        if (mayWake) {
            silent = false;
            mayWake = false;
        }
    }

    /** The kernel reported an error on the socket: somebody on the way refused the flow. */
    void refused() {
        state = FlowReport.State.RESET;
    }

    @Override
    public void send(ByteBuffer scratch, int length, long nowNanos) {
        if (state != FlowReport.State.OPEN || silent) {
            return;
        }
        scratch.clear().putInt(MAGIC).putInt(id).putLong(sent);
        outgoing.fill(sent * PIECE_BYTES, scratch, Math.min(length, PIECE_BYTES));
        try {
            channel.send(scratch.flip(), peer);
            sent++;
        } catch (PortUnreachableException e) {
            refused();
        } catch (IOException e) {
            // A route or a neighbour may be missing for a moment: a datagram is lost, the flow is not.
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
    public Progress progress() {
        return progress;
    }

    @Override
    public FlowReport.State state() {
        return state;
    }

    @Override
    public FlowReport report(long nowNanos) {
        // The server hears nothing while the client is silent, so only the client's pauses say something of the
        // network.
        long stall = client ? progress.longestStallNanos(nowNanos) / 1_000 : 0;
        return new FlowReport(FlowReport.Kind.UDP, id, state, progress.movedSinceMark(), stall);
    }
}
