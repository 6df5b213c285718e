package org.conntwin.it.tun;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.conntwin.it.lab.LabException;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device in the namespace of this process: what is written to it arrives there as an IP packet, what is routed to
 * it can be read. The kernel handles a packet within the write, so its outcome can be read when the write is done.
 * The device goes when it is closed. One thread at a time.
 */
public final class TunDevice implements AutoCloseable {
    /** The largest IP packet. */
    private static final int LARGEST = 65_535;

    // linux/if_tun.h, linux/if.h, bits/fcntl.h, bits/errno.h
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int IFREQ_SIZE = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int EAGAIN = 11;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(LARGEST);
    private final int fd;

    /** Makes the device, not yet up. @throws LabException when the kernel refuses */
    public TunDevice(String name) {
        fd = FileCalls.open(arena.allocateFrom("/dev/net/tun"), O_RDWR_NONBLOCK_CLOEXEC);
        check("open /dev/net/tun", fd);
        MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
        request.setString(0, name);
        request.set(JAVA_SHORT, IFREQ_FLAGS, IFF_TUN_NO_PI);
        check("make the TUN device " + name, FileCalls.ioctl(fd, TUNSETIFF, request));
    }

    private static void check(String what, int result) {
        if (result < 0) {
            throw new LabException("cannot " + what + ": error " + -result);
        }
    }

    /** Lets the packet arrive at the device. @return false when the kernel would not take it as an IP packet */
    public boolean arrive(byte[] packet) {
        MemorySegment.copy(packet, 0, buffer, JAVA_BYTE, 0, packet.length);
        return FileCalls.write(fd, buffer, packet.length) == packet.length;
    }

    /** The next packet that was routed to the device; null when there is none now. */
    public byte @Nullable [] next() {
        int length = FileCalls.read(fd, buffer, LARGEST);
        if (length == -EAGAIN) {
            return null;
        }
        check("read from a TUN device", length);
        return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        FileCalls.close(fd);
        arena.close();
    }
}
