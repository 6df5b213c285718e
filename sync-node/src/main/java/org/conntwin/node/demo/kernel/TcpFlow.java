package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.FlowStream;
import org.conntwin.node.demo.flow.Progress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TCP flow. The client's first eight bytes name the flow (a magic number and its id); everything after them, and everything from the server, is
 * the flow's {@link FlowStream} from offset 0 on.
 */
final class TcpFlow implements Flow {
    static final int HELLO_BYTES = 8;
    private static final int MAGIC = 0x43547731;

    private final SocketChannel channel;
    private final long seed;
    private final boolean client;
    private final Progress progress;
    private final ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES);
    private FlowReport.State state = FlowReport.State.OPENING;
    private int id;
    private @Nullable FlowStream outgoing;
    private @Nullable FlowStream incoming;
    private long sent;

    private TcpFlow(SocketChannel channel, long seed, boolean client, int id, long nowNanos) {
        this.channel = channel;
        this.seed = seed;
        this.client = client;
        this.id = id;
        progress = new Progress(nowNanos);
    }

    /** The connecting end of flow {@code id}; the channel is being connected. */
    static TcpFlow connecting(SocketChannel channel, long seed, int id, long nowNanos) {
        return new TcpFlow(channel, seed, true, id, nowNanos);
    }

    /** The accepting end; the flow's number comes with the first bytes. */
    static TcpFlow accepted(SocketChannel channel, long seed, long nowNanos) {
        return new TcpFlow(channel, seed, false, -1, nowNanos);
    }

    /** The connection stands (client): names the flow to the server. */
    void connected() {
        try {
            if (channel.write(ByteBuffer.allocate(HELLO_BYTES)
                            .putInt(MAGIC)
                            .putInt(id)
                            .flip())
                    != HELLO_BYTES) {
                end(FlowReport.State.RESET);
                return;
            }
        } catch (IOException e) {
            end(FlowReport.State.RESET);
            return;
        }
        open();
    }

    /** Reads and checks what has come. */
    void receive(ByteBuffer scratch, long nowNanos) {
        try {
            int count = channel.read(scratch.clear());
            if (count < 0) {
                peerFinished(nowNanos);
                return;
            }
            scratch.flip();
            if (state == FlowReport.State.OPENING) {
                readHello(scratch);
            }
            FlowStream stream = incoming;
            if (stream == null || !scratch.hasRemaining()) {
                return;
            }
            int bytes = scratch.remaining();
            if (stream.matches(progress.received(), scratch)) {
                progress.advance(bytes, nowNanos);
            } else {
                end(FlowReport.State.CORRUPTED);
            }
        } catch (IOException e) {
            end(FlowReport.State.RESET);
        }
    }

    @Override
    public void send(ByteBuffer scratch, int length, long nowNanos) {
        FlowStream stream = outgoing;
        if (state != FlowReport.State.OPEN || stream == null) {
            return;
        }
        try {
            stream.fill(sent, scratch.clear(), length);
            // What the full socket buffer does not take is generated again next time.
            sent += channel.write(scratch.flip());
        } catch (IOException e) {
            end(FlowReport.State.RESET);
        }
    }

    /** Says that this end has sent everything (client); the flow is closed when the server has said so too. */
    void finish(long nowNanos) {
        if (state != FlowReport.State.OPEN) {
            return;
        }
        progress.disarm(nowNanos);
        try {
            channel.shutdownOutput();
            state = FlowReport.State.CLOSING;
        } catch (IOException e) {
            end(FlowReport.State.RESET);
        }
    }

    private void readHello(ByteBuffer scratch) {
        while (hello.hasRemaining() && scratch.hasRemaining()) {
            hello.put(scratch.get());
        }
        if (hello.hasRemaining()) {
            return;
        }
        hello.flip();
        if (hello.getInt() != MAGIC) {
            end(FlowReport.State.CORRUPTED);
            return;
        }
        id = hello.getInt();
        open();
    }

    private void open() {
        outgoing = FlowStream.of(seed, id, client ? 0 : 1);
        incoming = FlowStream.of(seed, id, client ? 1 : 0);
        state = FlowReport.State.OPEN;
    }

    private void peerFinished(long nowNanos) {
        progress.disarm(nowNanos);
        // The client finishes first; a server that ends the connection before that has lost it.
        boolean inOrder = client ? state == FlowReport.State.CLOSING : state == FlowReport.State.OPEN;
        end(inOrder ? FlowReport.State.CLOSED : FlowReport.State.RESET);
    }

    private void end(FlowReport.State last) {
        state = last;
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to lose: the outcome is already known.
        }
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
        return new FlowReport(
                FlowReport.Kind.TCP,
                id,
                state,
                progress.movedSinceMark(),
                progress.longestStallNanos(nowNanos) / 1_000);
    }
}
