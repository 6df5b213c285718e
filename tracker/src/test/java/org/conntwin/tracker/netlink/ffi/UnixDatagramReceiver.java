package org.conntwin.tracker.netlink.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.conntwin.tracker.netlink.ffi.LinuxSocketAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The other end of {@link UnixDatagram}: what systemd would be. One thread. */
public final class UnixDatagramReceiver implements AutoCloseable {
    private static final int ROOM = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment slot = arena.allocate(ROOM, 8);
    private final MemorySegment header = arena.allocate(MMSGHDR_SIZE, 8);
    private final MemorySegment poll = arena.allocate(POLLFD_SIZE, 8);
    private final int fd;

    /** Listens at a path or an abstract {@code @name}. */
    public UnixDatagramReceiver(String address) {
        fd = UnixDatagram.check("socket", LibC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        UnixDatagram.Name name = UnixDatagram.Name.of(address, arena);
        UnixDatagram.check("bind(" + address + ")", LibC.bind(fd, name.bytes(), name.length()));
        MemorySegment vector = arena.allocate(IOVEC_SIZE, 8);
        vector.set(ADDRESS, 0, slot);
        vector.set(JAVA_LONG, IOVEC_LEN, ROOM);
        header.set(ADDRESS, MSGHDR_IOV, vector);
        header.set(JAVA_LONG, MSGHDR_IOVLEN, 1);
        poll.set(JAVA_INT, 0, fd);
        poll.set(JAVA_SHORT, POLLFD_EVENTS, (short) POLLIN);
    }

    /** The next datagram as text; null when none comes within the limit. */
    public @Nullable String receive(Duration limit) {
        if (LibC.poll(poll, 1, (int) limit.toMillis()) <= 0) {
            return null;
        }
        UnixDatagram.check("recvmmsg", LibC.recvmmsg(fd, header, 1, MSG_DONTWAIT, MemorySegment.NULL));
        int length = header.get(JAVA_INT, MMSGHDR_LEN);
        return StandardCharsets.UTF_8
                .decode(slot.asSlice(0, length).asByteBuffer())
                .toString();
    }

    @Override
    public void close() {
        LibC.close(fd);
        arena.close();
    }
}
