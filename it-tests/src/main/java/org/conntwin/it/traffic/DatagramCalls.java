package org.conntwin.it.traffic;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A UDP socket of both families by the C library's calls: Java's do not let many datagrams leave and come as one
 * ({@code UDP_SEGMENT}, {@code UDP_GRO} of udp(7)). Never closed: its program ends soon.
 */
@SuppressWarnings("restricted") // links native code
final class DatagramCalls {
    /** Longest that comes or goes at once. */
    static final int LONGEST = 1 << 16;

    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    private static final int ADDRESS_BYTES = 28;

    private static final MethodHandle socket$mh = link("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle bind$mh = link("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle setsockopt$mh =
            link("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle sendto$mh =
            link("sendto", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle recvfrom$mh =
            link("recvfrom", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);

    private final Arena arena = Arena.global();
    private final MemorySegment buffer = arena.allocate(LONGEST);
    private final MemorySegment peer = arena.allocate(ADDRESS_BYTES, 8);
    private final MemorySegment peerLength = arena.allocate(JAVA_INT);
    private final int fd;

    private static MethodHandle link(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(name.endsWith("to") || name.endsWith("from") ? JAVA_LONG : JAVA_INT, arguments));
    }

    /** @param port to bind to, 0 for any */
    DatagramCalls(int port) throws IOException {
        try {
            fd = (int) socket$mh.invokeExact(AF_INET6, SOCK_DGRAM, 0);
            MemorySegment any = arena.allocate(ADDRESS_BYTES, 8);
            address(any, new byte[16], port);
            check("bind", (int) bind$mh.invokeExact(fd, any, ADDRESS_BYTES));
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        option(SOL_SOCKET, SO_RCVTIMEO, 5, 0, 0, 0);
    }

    private static void address(MemorySegment target, byte[] ip, int port) {
        target.fill((byte) 0);
        target.set(JAVA_SHORT, 0, (short) AF_INET6);
        target.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
        MemorySegment.copy(ip, 0, target, JAVA_BYTE, 8, 16);
    }

    private static void check(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed");
        }
    }

    private void option(int level, int name, int... value) throws IOException {
        try {
            check("setsockopt", (int) setsockopt$mh.invokeExact(
                    fd, level, name, arena.allocateFrom(JAVA_INT, value), value.length * Integer.BYTES));
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What is sent leaves in datagrams of so many bytes. */
    void segments(int bytes) throws IOException {
        option(SOL_UDP, UDP_SEGMENT, bytes);
    }

    /** Datagrams of one sender may come joined. */
    void joined() throws IOException {
        option(SOL_UDP, UDP_GRO, 1);
    }

    /** @param ip of IPv6, also one that stands for an address of IPv4 */
    void to(byte[] ip, int port) {
        address(peer, ip, port);
    }

    /** Sends to where {@link #to} says, or back to whom {@link #receive} heard last. */
    void send(byte[] bytes) throws IOException {
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        try {
            check("sendto", (long) sendto$mh.invokeExact(fd, buffer, (long) bytes.length, 0, peer, ADDRESS_BYTES));
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What came next; empty when nothing did for five seconds. */
    byte[] receive() {
        peerLength.set(JAVA_INT, 0, ADDRESS_BYTES);
        try {
            long length = (long) recvfrom$mh.invokeExact(fd, buffer, (long) LONGEST, 0, peer, peerLength);
            byte[] bytes = new byte[(int) Math.max(0, length)];
            MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, bytes.length);
            return bytes;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The port of whom {@link #receive} heard last. */
    int peerPort() {
        return Short.reverseBytes(peer.get(JAVA_SHORT, 2)) & 0xffff;
    }
}
