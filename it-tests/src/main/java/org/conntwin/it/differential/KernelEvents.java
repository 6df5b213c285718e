package org.conntwin.it.differential;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.lab.LabException;
import org.conntwin.tracker.ctnetlink.ConntrackDecoder;
import org.conntwin.tracker.ctnetlink.Ctnetlink;
import org.conntwin.tracker.ctnetlink.ExpectationDecoder;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.table.EventKind;

/**
 * The kernel's events, taken when asked: those of a packet are there when the packet has been handled. One thread at a
 * time.
 */
final class KernelEvents implements AutoCloseable {
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 4096;
    private static final int BUFFER_BYTES = 4 << 20;

    private final RawSocket socket = new RawSocket(SLOTS, SLOT_BYTES, 64);
    private final UnknownAttributes unknown = new UnknownAttributes();
    private final ConntrackDecoder decoder = new ConntrackDecoder(unknown);
    private final ExpectationDecoder expectations = new ExpectationDecoder(unknown);

    KernelEvents() {
        socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_RCVBUFFORCE, BUFFER_BYTES);
        for (int group : List.of(
                Ctnetlink.GROUP_NEW,
                Ctnetlink.GROUP_UPDATE,
                Ctnetlink.GROUP_DESTROY,
                Ctnetlink.GROUP_EXPECT_NEW,
                Ctnetlink.GROUP_EXPECT_DESTROY)) {
            int result = socket.option(LinuxSocketAbi.SOL_NETLINK, LinuxSocketAbi.NETLINK_ADD_MEMBERSHIP, group);
            if (result < 0) {
                throw new LabException("cannot listen to conntrack events: error " + -result);
            }
        }
    }

    /** The events that came since the last call. @throws LabException when some were lost */
    List<Event> drain() {
        List<Event> events = new ArrayList<>();
        while (true) {
            int count = socket.receive(false);
            if (count == -Errno.EAGAIN) {
                return events;
            }
            if (count < 0) {
                throw new LabException("reading conntrack events failed: error " + -count);
            }
            for (int i = 0; i < count; i++) {
                events.add(event(socket.received(), socket.offset(i), socket.length(i)));
            }
        }
    }

    private Event event(ByteBuffer buffer, int from, int length) {
        int body = from + Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;
        int type = Netlink.hostShort(buffer, from + Netlink.TYPE);
        int message = type & 0xff;
        int flags = Netlink.hostShort(buffer, from + Netlink.FLAGS);
        if (type >>> 8 == Ctnetlink.SUBSYSTEM_EXPECT) {
            Expectation expectation = expectations.decode(buffer, body, from + length);
            if (expectation == null) {
                throw new LabException("an event of an expectation that cannot be read");
            }
            return Event.of(message == Ctnetlink.MESSAGE_DELETE ? EventKind.DESTROY : EventKind.NEW, expectation);
        }
        Conntrack entry = decoder.decode(buffer, body, from + length);
        if (entry == null || unknown.total() != 0) {
            throw new LabException("an event that cannot be read");
        }
        EventKind kind = message == Ctnetlink.MESSAGE_DELETE
                ? EventKind.DESTROY
                : (flags & Netlink.FLAG_CREATE) != 0 ? EventKind.NEW : EventKind.UPDATE;
        return Event.of(kind, entry);
    }

    @Override
    public void close() {
        socket.close();
    }
}
