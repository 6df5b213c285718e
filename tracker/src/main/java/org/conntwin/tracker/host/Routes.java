package org.conntwin.tracker.host;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.netlink.ffi.SocketCallException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel's routing for the machine's own address that packets come from (rtnetlink, {@code RTM_GETROUTE}). An
 * answer takes some microseconds; nothing is kept. Thread-safe.
 */
public final class Routes implements AutoCloseable {
    private static final int GET_ROUTE = 26;
    private static final int NEW_ROUTE = 24;
    private static final int ROUTE_HEADER = 12;
    private static final int DESTINATION = 1;
    private static final int OUT_DEVICE = 4;
    private static final int PREFERRED_SOURCE = 7;
    private static final int NOWHERE = -1;
    private static final int SLOTS = 4;
    private static final int SLOT_BYTES = 4096;

    private final RawSocket socket;
    private int sequence;
    private boolean closed;

    /**
     * Opens its socket.
     *
     * @throws SocketCallException when the kernel refuses
     */
    public Routes() {
        socket = new RawSocket(LinuxSocketAbi.NETLINK_ROUTE, SLOTS, SLOT_BYTES, SLOT_BYTES);
    }

    /**
     * The address that the route to a destination gives its packets.
     *
     * @param outDevice index of the device that they leave by, 0 for any
     * @param high upper half of the destination, as in a tuple
     * @param low lower half
     * @return null when there is no such route
     */
    public synchronized Addresses.@Nullable Parsed source(int outDevice, Family family, long high, long low) {
        int at = asked(outDevice, family, high, low) ? attribute(PREFERRED_SOURCE, addressBytes(family)) : NOWHERE;
        if (at == NOWHERE) {
            return null;
        }
        ByteBuffer in = socket.received();
        return family == Family.IPV6
                ? new Addresses.Parsed(family, in.getLong(at), in.getLong(at + 8))
                : new Addresses.Parsed(family, 0, Integer.toUnsignedLong(in.getInt(at)));
    }

    /**
     * The device that packets to a destination leave by.
     *
     * @param high upper half of the destination, as in a tuple
     * @param low lower half
     * @return its index, 0 when there is no such route
     */
    public synchronized int device(Family family, long high, long low) {
        int at = asked(0, family, high, low) ? attribute(OUT_DEVICE, Integer.BYTES) : NOWHERE;
        return at == NOWHERE ? 0 : Netlink.hostInt(socket.received(), at);
    }

    private boolean asked(int outDevice, Family family, long high, long low) {
        if (closed) {
            return false;
        }
        // What an earlier question left unread is of no use.
        int stale;
        do {
            stale = socket.receive(false);
        } while (stale > 0);
        int length = question(outDevice, family, high, low);
        return socket.send(length) >= 0 && socket.receive(false) > 0;
    }

    private static int addressBytes(Family family) {
        return family == Family.IPV6 ? 16 : 4;
    }

    private int question(int outDevice, Family family, long high, long low) {
        ByteBuffer out = socket.sendBuffer();
        boolean six = family == Family.IPV6;
        int addressBytes = addressBytes(family);
        for (int i = 0; i < Netlink.HEADER_BYTES + ROUTE_HEADER; i++) {
            out.put(i, (byte) 0);
        }
        Netlink.hostShort(out, Netlink.TYPE, GET_ROUTE);
        Netlink.hostShort(out, Netlink.FLAGS, Netlink.FLAG_REQUEST);
        Netlink.hostInt(out, Netlink.SEQUENCE, ++sequence);
        out.put(Netlink.HEADER_BYTES, (byte) (six ? LinuxSocketAbi.AF_INET6 : LinuxSocketAbi.AF_INET));
        out.put(Netlink.HEADER_BYTES + 1, (byte) (addressBytes * Byte.SIZE));
        int at = Netlink.HEADER_BYTES + ROUTE_HEADER;
        Netlink.hostShort(out, at, Netlink.ATTRIBUTE_BYTES + addressBytes);
        Netlink.hostShort(out, at + 2, DESTINATION);
        at += Netlink.ATTRIBUTE_BYTES;
        if (six) {
            out.putLong(at, high);
            out.putLong(at + 8, low);
        } else {
            out.putInt(at, (int) low);
        }
        at += addressBytes;
        if (outDevice != 0) {
            Netlink.hostShort(out, at, Netlink.ATTRIBUTE_BYTES + Integer.BYTES);
            Netlink.hostShort(out, at + 2, OUT_DEVICE);
            Netlink.hostInt(out, at + Netlink.ATTRIBUTE_BYTES, outDevice);
            at += Netlink.ATTRIBUTE_BYTES + Integer.BYTES;
        }
        Netlink.hostInt(out, 0, at);
        return at;
    }

    /** Where the value of an attribute of the answer begins that has so many bytes. */
    private int attribute(int type, int bytes) {
        ByteBuffer in = socket.received();
        int from = socket.offset(0);
        int end = from + Math.min(socket.length(0), SLOT_BYTES);
        if (end - from < Netlink.HEADER_BYTES + ROUTE_HEADER
                || Netlink.hostShort(in, from + Netlink.TYPE) != NEW_ROUTE
                || Netlink.hostInt(in, from + Netlink.SEQUENCE) != sequence) {
            return NOWHERE;
        }
        int at = from + Netlink.HEADER_BYTES + ROUTE_HEADER;
        while (end - at >= Netlink.ATTRIBUTE_BYTES) {
            int length = Netlink.hostShort(in, at);
            if (length < Netlink.ATTRIBUTE_BYTES || length > end - at) {
                return NOWHERE;
            }
            if (Netlink.hostShort(in, at + 2) == type && length == Netlink.ATTRIBUTE_BYTES + bytes) {
                return at + Netlink.ATTRIBUTE_BYTES;
            }
            at += Netlink.aligned(length);
        }
        return NOWHERE;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            socket.close();
        }
    }
}
