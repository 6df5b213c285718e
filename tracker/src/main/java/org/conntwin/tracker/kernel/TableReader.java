package org.conntwin.tracker.kernel;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.conntwin.tracker.ctnetlink.ConntrackDecoder;
import org.conntwin.tracker.ctnetlink.Ctnetlink;
import org.conntwin.tracker.ctnetlink.ExpectationDecoder;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.jspecify.annotations.Nullable;

/** Dumps the kernel's tables. One dump at a time: the methods are synchronized. */
final class TableReader implements AutoCloseable {
    private static final int SLOTS = 16;
    // The kernel fills what it is offered, up to 32 KiB a message.
    private static final int SLOT_BYTES = 32 * 1024;

    private final RawSocket socket = KernelSockets.open(SLOTS, SLOT_BYTES, 256);
    private final MessageWriter request = new MessageWriter(socket.sendBuffer());
    private final ConntrackDecoder conntracks;
    private final ExpectationDecoder expectations;
    private final LongAdder malformed = new LongAdder();
    private int sequence;

    TableReader(UnknownAttributes unknown) {
        conntracks = new ConntrackDecoder(unknown);
        expectations = new ExpectationDecoder(unknown);
    }

    synchronized void conntracks(Consumer<? super Conntrack> visitor) {
        dump(Ctnetlink.SUBSYSTEM, (buffer, from, to) -> {
            Conntrack entry = conntracks.decode(buffer, from, to);
            if (entry == null) {
                malformed.increment();
            } else {
                visitor.accept(entry);
            }
        });
    }

    /** Messages of dumps that could not be decoded. */
    long malformed() {
        return malformed.sum();
    }

    synchronized void expectations(Consumer<? super Expectation> visitor) {
        dump(Ctnetlink.SUBSYSTEM_EXPECT, (buffer, from, to) -> {
            Expectation expectation = expectations.decode(buffer, from, to);
            if (expectation == null) {
                malformed.increment();
            } else {
                visitor.accept(expectation);
            }
        });
    }

    private interface Body {
        void visit(ByteBuffer buffer, int from, int to);
    }

    /** Keeps the first failure of a visitor: a dump left half read would make the kernel refuse the next. */
    private static final class Careful implements Body {
        private final Body body;
        private @Nullable RuntimeException failure;

        Careful(Body body) {
            this.body = body;
        }

        @Override
        public void visit(ByteBuffer buffer, int from, int to) {
            if (failure != null) {
                return;
            }
            try {
                body.visit(buffer, from, to);
            } catch (RuntimeException thrown) {
                failure = thrown;
            }
        }

        void rethrow() {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private void dump(int subsystem, Body visitor) {
        Careful body = new Careful(visitor);
        sequence++;
        request.reset();
        request.begin(
                Ctnetlink.type(subsystem, Ctnetlink.MESSAGE_GET),
                Netlink.FLAG_REQUEST | Netlink.FLAG_DUMP,
                sequence,
                0,
                0);
        request.end();
        int sent = socket.send(request.length());
        if (sent < 0) {
            throw KernelSockets.failure("asking for the conntrack table", -sent);
        }
        boolean done = false;
        while (!done) {
            int count = socket.receive(true);
            if (count == -Errno.EINTR) {
                continue;
            }
            if (count < 0) {
                throw KernelSockets.failure("reading the conntrack table", -count);
            }
            for (int i = 0; i < count && !done; i++) {
                if (socket.truncated(i)) {
                    malformed.increment();
                }
                done = datagram(socket.received(), socket.offset(i), socket.offset(i) + socket.length(i), body);
            }
        }
        body.rethrow();
    }

    private boolean datagram(ByteBuffer buffer, int from, int end, Body body) {
        int at = from;
        while (end - at >= Netlink.HEADER_BYTES) {
            int length = Netlink.hostInt(buffer, at);
            if (length < Netlink.HEADER_BYTES || length > end - at) {
                throw KernelSockets.failure("reading the conntrack table", Errno.EINVAL);
            }
            if (Netlink.hostInt(buffer, at + Netlink.SEQUENCE) == sequence) {
                switch (Netlink.hostShort(buffer, at + Netlink.TYPE)) {
                    case Netlink.TYPE_DONE -> {
                        return true;
                    }
                    case Netlink.TYPE_ERROR ->
                        throw KernelSockets.failure(
                                "reading the conntrack table", -Netlink.hostInt(buffer, at + Netlink.HEADER_BYTES));
                    default ->
                        body.visit(buffer, at + Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES, at + length);
                }
            }
            at += Netlink.aligned(length);
        }
        return false;
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
