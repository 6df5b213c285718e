package org.conntwin.tracker.netlink.ffi;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** A buffer of the kind that a {@link RawSocket} lends, without a socket. Any thread; none may use it once it is closed. */
public final class SharedBuffer implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final ByteBuffer bytes;

    /** Of so many bytes, all zero. */
    public SharedBuffer(int size) {
        bytes = arena.allocate(size, Long.BYTES).asByteBuffer();
    }

    /** The bytes, big-endian. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        arena.close();
    }
}
