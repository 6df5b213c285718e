package org.conntwin.tracker.netlink.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.conntwin.tracker.netlink.ffi.LinuxSocketAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Single datagrams to sockets of the Unix domain, of which Java itself has streams only. Any thread. */
public final class UnixDatagram {
    private static final int PATH_BYTES = SOCKADDR_UN_SIZE - SOCKADDR_UN_PATH;

    private UnixDatagram() {}

    /**
     * Sends one datagram. Does not wait for a receiver whose queue is full.
     *
     * @param address a path, or {@code @name} for the abstract name {@code name}; at most 107 bytes
     * @throws SocketCallException when nobody listens there, its queue is full, or the address is no such name
     */
    public static void send(String address, byte[] payload) {
        try (Arena scratch = Arena.ofConfined()) {
            Name name = Name.of(address, scratch);
            int fd = check("socket(AF_UNIX)", LibC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            try {
                check("connect(" + address + ")", LibC.connect(fd, name.bytes, name.length));
                MemorySegment bytes = scratch.allocateFrom(JAVA_BYTE, payload);
                check("send(" + address + ")", LibC.send(fd, bytes, payload.length, MSG_DONTWAIT | MSG_NOSIGNAL));
            } finally {
                LibC.close(fd);
            }
        }
    }

    static int check(String call, int result) {
        if (result < 0) {
            throw new SocketCallException(call, -result);
        }
        return result;
    }

    /** A {@code sockaddr_un} and how much of it counts: an abstract name ends with the length, a path with a NUL. */
    record Name(MemorySegment bytes, int length) {
        private static final int EINVAL = 22;

        static Name of(String address, Arena arena) {
            byte[] name = address.getBytes(StandardCharsets.UTF_8);
            if (name.length == 0 || name.length >= PATH_BYTES || address.indexOf(0) >= 0) {
                throw new SocketCallException("the socket address \"" + address + "\"", EINVAL);
            }
            boolean isAbstract = name[0] == '@';
            if (isAbstract) {
                name[0] = 0;
            }
            MemorySegment bytes = arena.allocate(SOCKADDR_UN_SIZE, 8);
            bytes.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, bytes, JAVA_BYTE, SOCKADDR_UN_PATH, name.length);
            return new Name(bytes, SOCKADDR_UN_PATH + name.length + (isAbstract ? 0 : 1));
        }
    }
}
