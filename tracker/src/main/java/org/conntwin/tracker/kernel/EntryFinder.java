package org.conntwin.tracker.kernel;

import java.nio.ByteBuffer;
import org.conntwin.tracker.ctnetlink.ConntrackDecoder;
import org.conntwin.tracker.ctnetlink.ConntrackEncoder;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.jspecify.annotations.Nullable;

/** Asks the kernel for single entries, on a socket of its own: it does not wait for a dump. One question at a time. */
final class EntryFinder implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final RawSocket socket = KernelSockets.open(4, 4096, 1024);
    private final MessageWriter request = new MessageWriter(socket.sendBuffer());
    private final ConntrackDecoder decoder;
    private int sequence;
    private @Nullable Conntrack found;

    EntryFinder(UnknownAttributes unknown) {
        decoder = new ConntrackDecoder(unknown);
    }

    synchronized @Nullable Conntrack find(Tuple original, Zone zone) {
        ask(original, zone);
        int lost = 0;
        boolean done = false;
        while (!done) {
            int count = socket.receive(true);
            if (count == -Errno.ENOBUFS && ++lost < ATTEMPTS) {
                // The kernel had no memory for an answer: it may have been the last one, for which this would wait.
                ask(original, zone);
            } else if (count < 0 && count != -Errno.EINTR) {
                throw KernelSockets.failure("asking for a conntrack entry", -count);
            }
            for (int i = 0; i < count; i++) {
                done |= answer(socket.received(), socket.offset(i), socket.offset(i) + socket.length(i));
            }
        }
        return found;
    }

    private void ask(Tuple original, Zone zone) {
        sequence++;
        found = null;
        request.reset();
        ConntrackEncoder.get(request, sequence, original, zone);
        // The acknowledgement tells that the answer, if any, has come.
        request.addFlags(Netlink.FLAG_ACK);
        int sent = socket.send(request.length());
        if (sent < 0) {
            throw KernelSockets.failure("asking for a conntrack entry", -sent);
        }
    }

    /** Takes one answer; true when it is the last. */
    private boolean answer(ByteBuffer buffer, int from, int end) {
        if (Netlink.hostInt(buffer, from + Netlink.SEQUENCE) != sequence) {
            return false;
        }
        if (Netlink.hostShort(buffer, from + Netlink.TYPE) == Netlink.TYPE_ERROR) {
            return true;
        }
        int body = from + Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;
        found = decoder.decode(buffer, body, end);
        return false;
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
