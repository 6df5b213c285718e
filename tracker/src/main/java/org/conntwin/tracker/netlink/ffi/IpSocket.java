package org.conntwin.tracker.netlink.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.conntwin.tracker.netlink.ffi.LinuxSocketAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A raw socket that sends whole IP packets of one version, header included. Needs CAP_NET_RAW, its mark CAP_NET_ADMIN.
 * One thread at a time.
 */
public final class IpSocket implements AutoCloseable {
    private static final int LONGEST = 0xffff;
    private static final int EMSGSIZE = 90;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_DESTINATION = 24;
    /**
     * Packets to a neighbour that does not answer stay in the socket's account for up to 3 s, with the kernel's settings
     * up to 200 kB for each; so many silent ones must not keep packets to others from leaving.
     */
    private static final int SEND_BUFFER = 64 << 20;

    private final Arena arena = Arena.ofShared();
    private final boolean six;
    private final int fd;
    private final MemorySegment packet = arena.allocate(LONGEST, 8);
    private final MemorySegment address = arena.allocate(SOCKADDR_IN6_SIZE, 8);
    private boolean closed;

    /**
     * Opens one in the network namespace of the calling thread's process.
     *
     * @param six IPv6, otherwise IPv4
     * @param mark packet mark of what it sends
     * @throws SocketCallException when the kernel refuses
     */
    public IpSocket(boolean six, int mark) {
        this.six = six;
        String call = six ? "socket(AF_INET6, SOCK_RAW)" : "socket(AF_INET, SOCK_RAW)";
        int opened = LibC.socket(six ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
        if (opened < 0) {
            arena.close();
            throw new SocketCallException(call, -opened);
        }
        fd = opened;
        address.set(JAVA_SHORT, 0, (short) (six ? AF_INET6 : AF_INET));
        int marked = option(SO_MARK, mark);
        if (marked < 0) {
            close();
            throw new SocketCallException("setsockopt(SO_MARK)", -marked);
        }
        if (option(SO_SNDBUFFORCE, SEND_BUFFER) < 0) {
            option(SO_SNDBUF, SEND_BUFFER);
        }
    }

    private int option(int option, int value) {
        try (Arena scratch = Arena.ofConfined()) {
            return LibC.setsockopt(fd, SOL_SOCKET, option, scratch.allocateFrom(JAVA_INT, value), Integer.BYTES);
        }
    }

    /**
     * Sends one packet to where its header says; does not wait for room.
     *
     * @return 0 or more, or {@code -errno}
     */
    public int send(byte[] bytes, int start, int length) {
        if (length > LONGEST || length < (six ? IPV6_DESTINATION + 16 : IPV4_DESTINATION + 4)) {
            return -EMSGSIZE;
        }
        MemorySegment.copy(bytes, start, packet, JAVA_BYTE, 0, length);
        int from = six ? IPV6_DESTINATION : IPV4_DESTINATION;
        int to = six ? SOCKADDR_IN6_ADDRESS : SOCKADDR_IN_ADDRESS;
        MemorySegment.copy(packet, from, address, to, six ? 16 : 4);
        return LibC.sendto(
                fd, packet, length, MSG_DONTWAIT | MSG_NOSIGNAL, address, six ? SOCKADDR_IN6_SIZE : SOCKADDR_IN_SIZE);
    }

    /** Closes the descriptor; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
            arena.close();
        }
    }
}
