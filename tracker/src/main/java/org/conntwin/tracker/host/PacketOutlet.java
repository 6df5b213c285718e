package org.conntwin.tracker.host;

import org.conntwin.tracker.netlink.ffi.IpSocket;
import org.conntwin.tracker.netlink.ffi.SocketCallException;
import org.jspecify.annotations.Nullable;

/** Sends whole IP packets of both versions, all with one packet mark. Thread-safe. */
public final class PacketOutlet implements AutoCloseable {
    private final IpSocket four;
    private final @Nullable IpSocket six;
    private boolean closed;

    /**
     * Opens the sockets.
     *
     * @throws SocketCallException when the kernel refuses; without IPv6 in it, packets of IPv6 cannot be sent
     */
    public PacketOutlet(int mark) {
        four = new IpSocket(false, mark);
        six = six(mark);
    }

    private static @Nullable IpSocket six(int mark) {
        try {
            return new IpSocket(true, mark);
        } catch (SocketCallException noIpv6) {
            return null;
        }
    }

    /**
     * Sends one packet whose checksums are right; does not wait and does not keep the bytes.
     *
     * @return false when it could not be sent
     */
    public synchronized boolean send(byte[] bytes, int start, int length) {
        IpSocket socket = length > 0 && bytes[start] >>> 4 == 4 ? four : six;
        return !closed && socket != null && socket.send(bytes, start, length) >= 0;
    }

    @Override
    public synchronized void close() {
        closed = true;
        four.close();
        if (six != null) {
            six.close();
        }
    }
}
