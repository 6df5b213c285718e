package org.conntwin.tracker.netlink.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.conntwin.tracker.netlink.ffi.LinuxSocketAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A netlink socket with the buffers that it lends to the kernel. Results below zero are {@code -errno}.
 * One thread receives and one sends at a time; {@link #close} may come from any thread once both are done.
 */
public final class RawSocket implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int fd;
    private final int port;
    private final int slots;
    private final int slotBytes;
    private final MemorySegment headers;
    private final MemorySegment pollEntry;
    private final ByteBuffer received;
    private final MemorySegment outgoing;
    private final ByteBuffer sendBuffer;
    private boolean closed;

    /**
     * Opens a socket of NETLINK_NETFILTER in the network namespace of the calling thread's process.
     *
     * @param slots messages that one receive can take
     * @param slotBytes room for each; a longer one is truncated
     * @param sendBytes room for what one send can carry
     * @throws SocketCallException when the kernel refuses
     */
    public RawSocket(int slots, int slotBytes, int sendBytes) {
        this(NETLINK_NETFILTER, slots, slotBytes, sendBytes);
    }

    /** The same of another protocol of netlink, such as {@link LinuxSocketAbi#NETLINK_ROUTE}. */
    public RawSocket(int protocol, int slots, int slotBytes, int sendBytes) {
        this.slots = slots;
        this.slotBytes = slotBytes;
        int descriptor = LibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
        if (descriptor < 0) {
            throw new SocketCallException("socket(AF_NETLINK, protocol " + protocol + ")", -descriptor);
        }
        this.fd = descriptor;
        MemorySegment slab = arena.allocate((long) slots * slotBytes, 64);
        this.received = slab.asByteBuffer();
        this.headers = ringOfHeaders(arena, slab, slots, slotBytes);
        this.pollEntry = arena.allocate(POLLFD_SIZE, 8);
        pollEntry.set(JAVA_INT, 0, fd);
        pollEntry.set(JAVA_SHORT, POLLFD_EVENTS, (short) POLLIN);
        this.outgoing = arena.allocate(sendBytes, 64);
        this.sendBuffer = outgoing.asByteBuffer();
        this.port = bindAnywhere();
    }

    private static MemorySegment ringOfHeaders(Arena arena, MemorySegment slab, int slots, int slotBytes) {
        MemorySegment vectors = arena.allocate((long) slots * IOVEC_SIZE, 8);
        MemorySegment ring = arena.allocate((long) slots * MMSGHDR_SIZE, 8);
        for (int i = 0; i < slots; i++) {
            long vector = (long) i * IOVEC_SIZE;
            vectors.set(ADDRESS, vector, slab.asSlice((long) i * slotBytes, slotBytes));
            vectors.set(JAVA_LONG, vector + IOVEC_LEN, slotBytes);
            long header = (long) i * MMSGHDR_SIZE;
            ring.set(ADDRESS, header + MSGHDR_IOV, vectors.asSlice(vector, IOVEC_SIZE));
            ring.set(JAVA_LONG, header + MSGHDR_IOVLEN, 1);
        }
        return ring;
    }

    private int bindAnywhere() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocate(SOCKADDR_NL_SIZE, 8);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            MemorySegment length = scratch.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, SOCKADDR_NL_SIZE);
            check("bind(AF_NETLINK)", LibC.bind(fd, address, SOCKADDR_NL_SIZE));
            check("getsockname(AF_NETLINK)", LibC.getsockname(fd, address, length));
            return address.get(JAVA_INT, SOCKADDR_NL_PID);
        }
    }

    private void check(String call, int result) {
        if (result < 0) {
            close();
            throw new SocketCallException(call, -result);
        }
    }

    /** The socket's netlink port id, by which the kernel names the requester of a change. */
    public int port() {
        return port;
    }

    /** The buffer to fill before {@link #send}; big endian, absolute access. */
    public ByteBuffer sendBuffer() {
        return sendBuffer;
    }

    /** Sends the first {@code length} bytes of the send buffer in one call. */
    public int send(int length) {
        return LibC.send(fd, outgoing, length, 0);
    }

    /**
     * Receives up to {@code slots} messages in one call: waits for the first unless {@code wait} is false,
     * then takes what is there.
     *
     * @return number of messages, or {@code -errno} (ENOBUFS: messages were lost before these)
     */
    public int receive(boolean wait) {
        return LibC.recvmmsg(fd, headers, slots, wait ? MSG_WAITFORONE : MSG_DONTWAIT, MemorySegment.NULL);
    }

    /** Waits until something can be received, at most {@code millis}; 0 when nothing came, else positive. */
    public int awaitReadable(int millis) {
        return LibC.poll(pollEntry, 1, millis);
    }

    /** All receive slots; slot i begins at {@code i * slotBytes}. Big endian, absolute access. */
    public ByteBuffer received() {
        return received;
    }

    /** Where the i-th message received begins. */
    public int offset(int index) {
        return index * slotBytes;
    }

    /** Length of the i-th message received. */
    public int length(int index) {
        return headers.get(JAVA_INT, (long) index * MMSGHDR_SIZE + MMSGHDR_LEN);
    }

    /** Whether the i-th message was longer than its slot. */
    public boolean truncated(int index) {
        return (headers.get(JAVA_INT, (long) index * MMSGHDR_SIZE + MSGHDR_FLAGS) & MSG_TRUNC) != 0;
    }

    /** Sets an integer option; 0 or {@code -errno}. */
    public int option(int level, int option, int value) {
        try (Arena scratch = Arena.ofConfined()) {
            return LibC.setsockopt(fd, level, option, scratch.allocateFrom(JAVA_INT, value), Integer.BYTES);
        }
    }

    /** Reads an integer option; the value or {@code -errno}. */
    public int option(int level, int option) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment value = scratch.allocate(JAVA_INT);
            MemorySegment length = scratch.allocateFrom(JAVA_INT, Integer.BYTES);
            int result = LibC.getsockopt(fd, level, option, value, length);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    /** Sets the receive buffer beyond the usual limit where permitted, within it otherwise; the size in effect. */
    public long receiveBuffer(int bytes) {
        // The kernel doubles what it is told, to allow for its own bookkeeping.
        int half = bytes / 2;
        if (option(SOL_SOCKET, SO_RCVBUFFORCE, half) < 0) {
            option(SOL_SOCKET, SO_RCVBUF, half);
        }
        return option(SOL_SOCKET, SO_RCVBUF);
    }

    /** How long {@link #receive} waits at most, where it waits; it is {@code -EAGAIN} then. 0 or {@code -errno}. */
    public int receiveTimeout(int millis) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment value = scratch.allocate(TIMEVAL_SIZE, 8);
            value.set(JAVA_LONG, 0, millis / 1_000);
            value.set(JAVA_LONG, TIMEVAL_MICROS, millis % 1_000 * 1_000L);
            return LibC.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, value, TIMEVAL_SIZE);
        }
    }

    /** The same for sending. */
    public void sendBuffer(int bytes) {
        if (option(SOL_SOCKET, SO_SNDBUFFORCE, bytes) < 0) {
            option(SOL_SOCKET, SO_SNDBUF, bytes);
        }
    }

    /** Attaches a classic filter that runs on every message before it is queued; 0 or {@code -errno}. */
    public int attachFilter(List<FilterInstruction> program) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment code = scratch.allocate((long) program.size() * SOCK_FILTER_SIZE, 8);
            for (int i = 0; i < program.size(); i++) {
                FilterInstruction instruction = program.get(i);
                long at = (long) i * SOCK_FILTER_SIZE;
                code.set(JAVA_SHORT, at, (short) instruction.code());
                code.set(JAVA_BYTE, at + 2, (byte) instruction.jumpTrue());
                code.set(JAVA_BYTE, at + 3, (byte) instruction.jumpFalse());
                code.set(JAVA_INT, at + 4, instruction.value());
            }
            MemorySegment header = scratch.allocate(SOCK_FPROG_SIZE, 8);
            header.set(JAVA_SHORT, 0, (short) program.size());
            header.set(ADDRESS, SOCK_FPROG_FILTER, code);
            return LibC.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, header, SOCK_FPROG_SIZE);
        }
    }

    /** Closes the descriptor and frees the buffers; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
            arena.close();
        }
    }
}
