package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The output of one command, used by its worker. Packs many lines into a frame; waits while the channel holds as much
 * unsent as its high water mark.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class SessionOutput implements CommandOutput {
    private final Channel channel;
    private final Duration patience;
    private final DropCounts drops;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ByteBuf pending;

    SessionOutput(Channel channel, Duration patience, DropCounts drops) {
        this.channel = channel;
        this.patience = patience;
        this.drops = drops;
    }

    @Override
    public void line(String text) throws IOException {
        ByteBuf buffer = pending;
        if (buffer == null) {
            // The limit leaves room for what the last line brings; longer lines are cut into frames of their own.
            buffer = start(Frame.OUT, Frame.CHUNK_BYTES + 512);
            pending = buffer;
        }
        if (ByteBufUtil.utf8MaxBytes(text) > Frame.CHUNK_BYTES / 2) {
            flush();
            pieces(Frame.OUT, text);
            return;
        }
        ByteBufUtil.writeUtf8(buffer, text);
        buffer.writeByte('\n');
        if (buffer.readableBytes() >= Frame.CHUNK_BYTES) {
            flush();
        }
    }

    @Override
    public void error(String text) throws IOException {
        flush();
        pieces(Frame.ERR, Refusal.line(text));
    }

    /** Tells a client that waits that the node lives; event loop. A client that does not read is told nothing. */
    void alive() {
        if (channel.isWritable()) {
            ByteBuf frame = start(Frame.ALIVE, 0);
            frame.setInt(0, frame.readableBytes() - Frame.HEADER_BYTES);
            channel.writeAndFlush(frame);
        }
    }

    /** Sends the rest and the exit code, and closes once all is read; gives up on a client that never reads it. */
    void exit(int code) throws IOException {
        flush();
        ByteBuf frame = start(Frame.EXIT, 1);
        frame.writeByte(code);
        send(frame, true);
        var stuck = channel.eventLoop()
                .schedule(
                        () -> {
                            drops.count(DropCounts.IDLE);
                            channel.close();
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> stuck.cancel(false));
    }

    /** The channel can be written to again, or is closed; event loop. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pieces(byte type, String text) throws IOException {
        int step = Frame.CHUNK_BYTES / 4;
        int from = 0;
        do {
            int to = Math.min(text.length(), from + step);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            ByteBuf frame = start(type, 3 * (to - from) + 1);
            ByteBufUtil.writeUtf8(frame, text.substring(from, to));
            if (to == text.length()) {
                frame.writeByte('\n');
            }
            send(frame, false);
            from = to;
        } while (from < text.length());
    }

    private void flush() throws IOException {
        ByteBuf buffer = pending;
        pending = null;
        if (buffer != null && buffer.readableBytes() > Frame.HEADER_BYTES + 1) {
            send(buffer, false);
        }
    }

    private static ByteBuf start(byte type, int payloadBytes) {
        return Unpooled.buffer(Frame.HEADER_BYTES + 1 + payloadBytes)
                .writeInt(0)
                .writeByte(type);
    }

    private void send(ByteBuf frame, boolean last) throws IOException {
        awaitRoom();
        frame.setInt(0, frame.readableBytes() - Frame.HEADER_BYTES);
        var sent = channel.writeAndFlush(frame);
        sent.addListener(last ? ChannelFutureListener.CLOSE : ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private void awaitRoom() throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (channel.isActive() && !channel.isWritable()) {
                if (left <= 0) {
                    drops.count(DropCounts.IDLE);
                    channel.close();
                    throw new IOException("the client read nothing for " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server closes");
        } finally {
            lock.unlock();
        }
        if (!channel.isActive()) {
            throw new IOException("the client went away");
        }
    }
}
