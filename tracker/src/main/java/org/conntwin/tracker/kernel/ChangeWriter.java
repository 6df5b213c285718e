package org.conntwin.tracker.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.ctnetlink.ConntrackEncoder;
import org.conntwin.tracker.ctnetlink.Ctnetlink;
import org.conntwin.tracker.ctnetlink.ExpectationEncoder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;

/**
 * Changes the kernel's table, many messages a call. The kernel answers each refused message; only the
 * last of a batch asks for an answer in any case, which tells that all are through. One batch at a time.
 */
final class ChangeWriter implements AutoCloseable {
    private static final int BATCH = 256;
    private static final int SEND_BYTES = 256 * 1024;
    private static final int ANSWER_SLOTS = 64;
    private static final int ANSWER_BYTES = 2048;
    private static final int CTA_MARK = 8;
    private static final int CTA_ZONE = 18;

    private final RawSocket socket = KernelSockets.open(ANSWER_SLOTS, ANSWER_BYTES, SEND_BYTES);
    private final MessageWriter out = new MessageWriter(socket.sendBuffer());
    private int sequence = 1;

    ChangeWriter() {
        socket.sendBuffer(2 * SEND_BYTES);
        // Room for an answer to each message of a batch, at the kernel's price of a small message.
        socket.receiveBuffer(4 * 1024 * 1024);
        // Answers without the echoed request; older kernels echo it, which also fits.
        socket.option(LinuxSocketAbi.SOL_NETLINK, LinuxSocketAbi.NETLINK_CAP_ACK, 1);
    }

    /** The port by which the kernel names this socket as the cause of an event. */
    int port() {
        return socket.port();
    }

    synchronized List<Outcome> apply(List<? extends TableChange> changes) {
        Outcome[] outcomes = new Outcome[changes.size()];
        int from = 0;
        while (from < changes.size()) {
            from = batch(changes, from, outcomes);
        }
        return Arrays.asList(outcomes);
    }

    private int batch(List<? extends TableChange> changes, int from, Outcome[] outcomes) {
        out.reset();
        int first = sequence;
        int to = from;
        while (to < changes.size() && to - from < BATCH && out.remaining() >= ConntrackEncoder.MAX_BYTES) {
            write(changes.get(to), sequence++);
            to++;
        }
        out.addFlags(Netlink.FLAG_ACK);
        int[] errors = exchange(first, to - from);
        for (int i = from; i < to; i++) {
            outcomes[i] = outcome(changes.get(i), errors[i - from]);
        }
        retryLoadedHelpers(changes, from, outcomes, errors);
        return to;
    }

    /** A helper's module that was only loaded by the request answers EAGAIN: the second try finds it. */
    private void retryLoadedHelpers(List<? extends TableChange> changes, int from, Outcome[] outcomes, int[] errors) {
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < errors.length; i++) {
            if (errors[i] == Errno.EAGAIN) {
                again.add(from + i);
            }
        }
        for (int index : again) {
            out.reset();
            int first = sequence;
            write(changes.get(index), sequence++);
            out.addFlags(Netlink.FLAG_ACK);
            outcomes[index] = outcome(changes.get(index), exchange(first, 1)[0]);
        }
    }

    private void write(TableChange change, int number) {
        switch (change) {
            case TableChange.Insert(var entry) -> ConntrackEncoder.insert(out, number, entry);
            case TableChange.Update(var entry) -> ConntrackEncoder.update(out, number, entry);
            case TableChange.Delete(var entry) -> ConntrackEncoder.delete(out, number, entry);
            case TableChange.Expect(var expectation) -> ExpectationEncoder.insert(out, number, expectation);
            case TableChange.ExpectTimeout(var expectation) -> ExpectationEncoder.timeout(out, number, expectation);
            case TableChange.Unexpect(var expectation) -> ExpectationEncoder.delete(out, number, expectation);
        }
    }

    /** Sends what was written and collects the errors of its messages; 0 where the kernel was silent. */
    private int[] exchange(int first, int count) {
        int[] errors = new int[count];
        int sent = socket.send(out.length());
        if (sent < 0) {
            Arrays.fill(errors, -sent);
            return errors;
        }
        boolean done = false;
        while (!done) {
            int answers = socket.receive(true);
            if (answers == -Errno.EINTR || answers == -Errno.ENOBUFS) {
                continue;
            }
            if (answers < 0) {
                throw KernelSockets.failure("changing the conntrack table", -answers);
            }
            ByteBuffer buffer = socket.received();
            for (int i = 0; i < answers; i++) {
                int at = socket.offset(i);
                int index = Netlink.hostInt(buffer, at + Netlink.SEQUENCE) - first;
                boolean answer = Netlink.hostShort(buffer, at + Netlink.TYPE) == Netlink.TYPE_ERROR;
                if (answer && index >= 0 && index < count) {
                    errors[index] = -Netlink.hostInt(buffer, at + Netlink.HEADER_BYTES);
                    done |= index == count - 1;
                }
            }
        }
        return errors;
    }

    private static Outcome outcome(TableChange change, int errno) {
        return switch (errno) {
            case 0 -> Outcome.DONE;
            case Errno.EEXIST -> Outcome.EXISTS;
            case Errno.ENOENT -> absent(change);
            case Errno.EOPNOTSUPP, Errno.EAGAIN -> unsupported(change);
            case Errno.ENOMEM, Errno.ENFILE, Errno.EMFILE -> Outcome.TABLE_FULL;
            case Errno.ENOSPC, Errno.EAFNOSUPPORT, Errno.EPROTONOSUPPORT -> Outcome.UNSUPPORTED;
            case Errno.EBUSY, Errno.ETIME -> Outcome.BUSY;
            case Errno.EINVAL, Errno.ERANGE -> Outcome.INVALID;
            // To an update it also means that the entry's lifetime is fixed here, which is the likelier one.
            case Errno.EPERM -> change instanceof TableChange.Update ? Outcome.BUSY : Outcome.DENIED;
            case Errno.EACCES -> Outcome.DENIED;
            default -> Outcome.FAILED;
        };
    }

    private static Outcome absent(TableChange change) {
        return switch (change) {
            case TableChange.Insert inserted ->
                inserted.entry().master() == null ? Outcome.ABSENT : Outcome.MASTER_MISSING;
            case TableChange.Expect expected -> Outcome.MASTER_MISSING;
            default -> Outcome.ABSENT;
        };
    }

    private static Outcome unsupported(TableChange change) {
        boolean helped = switch (change) {
            case TableChange.Insert(var entry) -> entry.helper() != null;
            case TableChange.Expect(var expectation) -> expectation.helper() != null;
            default -> false;
        };
        return helped ? Outcome.HELPER_UNKNOWN : Outcome.UNSUPPORTED;
    }

    /** Flushes conntracks; entries that the filter does not select stay. */
    synchronized void flush(FlushFilter filter) {
        Family family = filter.family();
        Integer mark = filter.mark();
        Integer zone = filter.zone();
        out.reset();
        // The kernel heeds the family only in messages of version 1.
        out.begin(
                Ctnetlink.type(Ctnetlink.SUBSYSTEM, Ctnetlink.MESSAGE_DELETE),
                Netlink.FLAG_REQUEST | Netlink.FLAG_ACK,
                sequence++,
                family == null ? 0 : family.number(),
                family == null ? 0 : 1);
        if (mark != null) {
            out.put32(CTA_MARK, mark);
        }
        if (zone != null) {
            out.put16(CTA_ZONE, zone);
        }
        out.end();
        flushed("flushing the conntrack table");
    }

    synchronized void flushExpectations() {
        out.reset();
        out.begin(
                Ctnetlink.type(Ctnetlink.SUBSYSTEM_EXPECT, Ctnetlink.MESSAGE_DELETE),
                Netlink.FLAG_REQUEST | Netlink.FLAG_ACK,
                sequence++,
                0,
                0);
        out.end();
        flushed("flushing the expectations");
    }

    private void flushed(String what) {
        int error = exchange(sequence - 1, 1)[0];
        if (error != 0) {
            throw KernelSockets.failure(what, error);
        }
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
