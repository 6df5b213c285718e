package org.conntwin.tracker.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.conntwin.tracker.ctnetlink.ConntrackDecoder;
import org.conntwin.tracker.ctnetlink.Ctnetlink;
import org.conntwin.tracker.ctnetlink.EventProgram;
import org.conntwin.tracker.ctnetlink.ExpectationDecoder;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.FilterInstruction;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.table.EventFilter;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.table.TableListener;

/**
 * Reads the kernel's events on a thread of its own, many in one call; what the listener does with a batch, it does
 * there. What the silent socket of this process causes is filtered out within the kernel, so a commit of any size never
 * fills this buffer; so is what the listener has no use for.
 */
final class EventReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventReader.class.getName());
    private static final int SLOTS = 128;
    private static final int SLOT_BYTES = 4096;
    private static final int IDLE_MILLIS = 250;
    private static final long LOOK_NANOS = 2_000_000;
    /** Events that come together so many at a time are a burst: more of them at once, a moment later, cost less each. */
    private static final int BURST = 4;

    private static final long GATHER_NANOS = 200_000;
    /** The kernel builds no event for which no socket has joined. */
    private static final List<Integer> PAUSED = List.of(Ctnetlink.GROUP_NEW, Ctnetlink.GROUP_UPDATE);

    private static final List<Integer> UNPAUSED = List.of(
            Ctnetlink.GROUP_DESTROY,
            Ctnetlink.GROUP_EXPECT_NEW,
            Ctnetlink.GROUP_EXPECT_UPDATE,
            Ctnetlink.GROUP_EXPECT_DESTROY);

    private final RawSocket socket;
    private final TableListener listener;
    private final ConntrackDecoder conntracks;
    private final ExpectationDecoder expectations;
    private final int bufferLimit;
    private final LongAdder received = new LongAdder();
    private final LongAdder overruns = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private volatile long bufferBytes;
    /** How often all was told that was there when it was looked for. */
    private final AtomicLong emptied = new AtomicLong();

    private volatile boolean closing;
    private final Thread thread;

    EventReader(
            TableListener listener,
            EventFilter filter,
            UnknownAttributes unknown,
            int silentPort,
            int bufferStart,
            int bufferLimit) {
        this.listener = listener;
        this.conntracks = new ConntrackDecoder(unknown);
        this.expectations = new ExpectationDecoder(unknown);
        this.bufferLimit = bufferLimit;
        this.socket = KernelSockets.open(SLOTS, SLOT_BYTES, 64);
        bufferBytes = socket.receiveBuffer(bufferStart);
        attach(filter, silentPort);
        try {
            wakingUpAtTimes();
            membership(LinuxSocketAbi.NETLINK_ADD_MEMBERSHIP, UNPAUSED);
            membership(LinuxSocketAbi.NETLINK_ADD_MEMBERSHIP, PAUSED);
        } catch (TableException refused) {
            socket.close();
            throw refused;
        }
        this.thread = Thread.ofPlatform().name("conntrack-events").daemon().unstarted(this::run);
    }

    /**
     * Drops what is not to be heard before it is queued. The kernel bounds the memory of a socket's filter ({@code
     * net.core.optmem_max}): a shorter one is tried where it refuses.
     */
    private void attach(EventFilter filter, int silentPort) {
        int longest = FilterInstruction.MOST;
        EventProgram program = EventProgram.of(filter, silentPort, longest);
        int result = socket.attachFilter(program.instructions());
        while (result == -Errno.ENOMEM && program.rulesWithin() > 0) {
            longest = program.instructions().size() / 2;
            program = EventProgram.of(filter, silentPort, longest);
            result = socket.attachFilter(program.instructions());
        }
        if (result < 0) {
            socket.close();
            throw KernelSockets.failure("attaching the event filter", -result);
        }
        if (program.rulesWithin() < program.rules()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} of {1} rules of the filter find no room in the kernel: this node applies them to what it hears",
                    program.rules() - program.rulesWithin(),
                    program.rules());
        }
    }

    /** Waits until all is told that is in the socket's queue now, at most so long. */
    void awaitTold(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        // What was looked for before this call may have come short of what is there now; the next look does not.
        long enough = emptied.get() + 2;
        while (emptied.get() < enough && !closing && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** So that a close, and one who waits until all is told, are noticed where nothing happens. */
    private void wakingUpAtTimes() {
        int result = socket.receiveTimeout(IDLE_MILLIS);
        if (result < 0) {
            throw KernelSockets.failure("limiting the wait for conntrack events", -result);
        }
    }

    private void membership(int option, List<Integer> groups) {
        for (int group : groups) {
            int result = socket.option(LinuxSocketAbi.SOL_NETLINK, option, group);
            if (result < 0) {
                throw KernelSockets.failure("listening to conntrack events", -result);
            }
        }
    }

    void start() {
        thread.start();
    }

    /** Leaves out what is made and changed, until {@link #resume}. */
    void pause() {
        try {
            membership(LinuxSocketAbi.NETLINK_DROP_MEMBERSHIP, PAUSED);
        } catch (TableException refused) {
            resume();
            throw refused;
        }
    }

    /** Tries each group, whatever becomes of the others; to be called again after a failure. */
    void resume() {
        TableException refused = null;
        for (int group : PAUSED) {
            try {
                membership(LinuxSocketAbi.NETLINK_ADD_MEMBERSHIP, List.of(group));
            } catch (TableException failure) {
                refused = failure;
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private void run() {
        while (!closing) {
            int count = socket.receive(true);
            if (count > 0) {
                try {
                    deliver(count);
                } catch (RuntimeException failure) {
                    // A listener that fails must not end listening; what it missed, a dump brings back.
                    LOG.log(System.Logger.Level.ERROR, "handling conntrack events failed", failure);
                    overruns.increment();
                    tellLoss();
                }
                if (count < SLOTS) {
                    emptied.incrementAndGet();
                    gather(count);
                }
            } else if (count == -Errno.ENOBUFS) {
                overruns.increment();
                grow();
                tellLoss();
            } else if (count == -Errno.EAGAIN) {
                emptied.incrementAndGet();
            } else if (count != -Errno.EINTR) {
                LockSupport.parkNanos(LOOK_NANOS); // out of memory, say
            }
        }
    }

    /** Lets the next batch of a burst grow: calls of the kernel, and datagrams to the peers, are paid by the batch. */
    private static void gather(int last) {
        if (last >= BURST) {
            LockSupport.parkNanos(GATHER_NANOS);
        }
    }

    private void tellLoss() {
        try {
            listener.overrun();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "handling lost conntrack events failed", failure);
        }
    }

    private void grow() {
        long wanted = Math.min(bufferLimit, bufferBytes * 2);
        if (wanted > bufferBytes) {
            bufferBytes = socket.receiveBuffer((int) wanted);
        }
    }

    private void deliver(int count) {
        ByteBuffer buffer = socket.received();
        listener.batchBegins();
        try {
            for (int i = 0; i < count; i++) {
                if (socket.truncated(i)) {
                    malformed.increment();
                } else {
                    message(buffer, socket.offset(i), socket.offset(i) + socket.length(i));
                }
            }
        } finally {
            listener.batchEnds();
        }
        received.add(count);
    }

    private void message(ByteBuffer buffer, int from, int end) {
        int body = from + Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;
        if (body > end || Netlink.hostInt(buffer, from) > end - from) {
            malformed.increment();
            return;
        }
        int type = Netlink.hostShort(buffer, from + Netlink.TYPE);
        int to = from + Netlink.hostInt(buffer, from);
        EventKind kind = kind(type & 0xff, Netlink.hostShort(buffer, from + Netlink.FLAGS));
        switch (type >>> 8) {
            case Ctnetlink.SUBSYSTEM -> {
                Conntrack entry = conntracks.decode(buffer, body, to);
                if (entry == null) {
                    malformed.increment();
                } else {
                    listener.conntrack(kind, entry);
                }
            }
            case Ctnetlink.SUBSYSTEM_EXPECT -> {
                Expectation expectation = expectations.decode(buffer, body, to);
                if (expectation == null) {
                    malformed.increment();
                } else {
                    listener.expectation(kind, expectation);
                }
            }
            default -> malformed.increment();
        }
    }

    private static EventKind kind(int message, int flags) {
        if (message == Ctnetlink.MESSAGE_DELETE) {
            return EventKind.DESTROY;
        }
        return (flags & Netlink.FLAG_CREATE) != 0 ? EventKind.NEW : EventKind.UPDATE;
    }

    long received() {
        return received.sum();
    }

    long overruns() {
        return overruns.sum();
    }

    long malformed() {
        return malformed.sum();
    }

    long bufferBytes() {
        return bufferBytes;
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return; // the reader may still use the buffers: leave them to the end of the process
        }
        socket.close();
    }
}
