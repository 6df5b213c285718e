package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The receiving half of a connection: puts the peer's bytes in order. Offsets count the bytes of the peer's stream from 0;
 * its FIN takes the offset behind the last byte. Holds at most its buffer's size.
 */
final class TcpReceiver {
    private static final int MAX_BLOCKS = 3;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final int buffer;
    private final TreeMap<Long, byte[]> early = new TreeMap<>();
    private int earlyBytes;
    private int unread;
    private long next;
    private long edge;
    private long finAt = UNKNOWN;
    private long lastEarly;

    TcpReceiver(int buffer) {
        this.buffer = buffer;
    }

    /** Number of bytes received in order. */
    long received() {
        return next;
    }

    /** The offset that is acknowledged: everything in order, the FIN included. */
    long acknowledged() {
        return finished() ? next + 1 : next;
    }

    /** Whether everything up to the peer's FIN has come. */
    boolean finished() {
        return next == finAt;
    }

    /** Whether something has come before what is missing. */
    boolean gap() {
        return !early.isEmpty() || (finAt != UNKNOWN && !finished());
    }

    /** How many bytes from the next one on the peer has been allowed to send. */
    long window() {
        return edge - next;
    }

    /**
     * The window to be announced now; what was allowed once stays allowed.
     *
     * @param most the largest that can be announced
     */
    long advertise(long most) {
        edge = Math.max(edge, next + Math.min(most, free()));
        return edge - next;
    }

    /** How many more bytes would be allowed if the window were announced now. */
    long growth() {
        return next + free() - edge;
    }

    private long free() {
        return Math.max(0, buffer - unread - earlyBytes);
    }

    /** Somebody has read all that was delivered. */
    void readAll() {
        unread = 0;
    }

    /**
     * Takes a segment's data; what was there before and what is beyond the window is left out.
     *
     * @param offset of the first byte
     * @param deliver takes the bytes that are in order now
     * @return whether the segment began where the next byte was expected
     */
    boolean accept(long offset, ByteBuffer payload, boolean fin, Consumer<ByteBuffer> deliver) {
        long expected = next;
        long end = offset + payload.remaining();
        if (fin && end <= edge) {
            finAt = end;
        }
        long to = Math.min(end, edge);
        if (offset > next) {
            hold(offset, to, payload);
            lastEarly = offset;
            return false;
        }
        if (to > next) {
            ByteBuffer fresh = payload.slice(payload.position() + (int) (next - offset), (int) (to - next));
            deliver(fresh, deliver);
            Map.Entry<Long, byte[]> held = early.firstEntry();
            while (held != null && held.getKey() <= next) {
                early.pollFirstEntry();
                earlyBytes -= held.getValue().length;
                int known = (int) Math.min(next - held.getKey(), held.getValue().length);
                deliver(ByteBuffer.wrap(held.getValue(), known, held.getValue().length - known), deliver);
                held = early.firstEntry();
            }
        }
        return offset == expected;
    }

    private void deliver(ByteBuffer bytes, Consumer<ByteBuffer> deliver) {
        int count = bytes.remaining();
        next += count;
        unread += count;
        deliver.accept(bytes);
    }

    /** Keeps what is not held yet of the bytes from {@code from} to {@code to}. */
    private void hold(long from, long to, ByteBuffer payload) {
        long at = from;
        while (at < to) {
            Map.Entry<Long, byte[]> before = early.floorEntry(at);
            if (before != null && before.getKey() + before.getValue().length > at) {
                at = before.getKey() + before.getValue().length;
                continue;
            }
            Long after = early.higherKey(at);
            int length = (int) (Math.min(to, after == null ? to : after) - at);
            byte[] piece = new byte[length];
            payload.get(payload.position() + (int) (at - from), piece);
            early.put(at, piece);
            earlyBytes += length;
            at += length;
        }
    }

    /** Selective acknowledgements: begin and end offset of each in turn, the one with the newest data first (RFC 2018). */
    long[] blocks() {
        long[] blocks = new long[2 * early.size()];
        int count = 0;
        for (Map.Entry<Long, byte[]> piece : early.entrySet()) {
            if (count > 0 && blocks[2 * count - 1] == piece.getKey()) {
                blocks[2 * count - 1] += piece.getValue().length;
            } else {
                blocks[2 * count] = piece.getKey();
                blocks[2 * count + 1] = piece.getKey() + piece.getValue().length;
                count++;
            }
        }
        for (int i = 1; i < count; i++) {
            if (blocks[2 * i] <= lastEarly && lastEarly < blocks[2 * i + 1]) {
                long begin = blocks[2 * i];
                long end = blocks[2 * i + 1];
                System.arraycopy(blocks, 0, blocks, 2, 2 * i);
                blocks[0] = begin;
                blocks[1] = end;
            }
        }
        return Arrays.copyOf(blocks, 2 * Math.min(count, MAX_BLOCKS));
    }
}
