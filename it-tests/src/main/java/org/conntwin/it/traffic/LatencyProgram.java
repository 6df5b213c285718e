package org.conntwin.it.traffic;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableListener;

/**
 * When entries are born in the kernel table of one namespace, and when they appear in that of another; both in nanoseconds
 * of the machine's monotonic clock, which processes share. Each writes a file of one long an entry, 0 for never.
 *
 * <pre>
 *  make COUNT RATE FILE      makes entries at this pace, one a call
 *  watch COUNT SECONDS FILE  prints "watching", and hears of them until all are there, or so long
 * </pre>
 */
public final class LatencyProgram {
    private static final int PORTS = 50_000;
    private static final int FIRST_PORT = 1_000;
    private static final int CLIENTS = (10 << 24) + (1 << 16) + 1;

    private LatencyProgram() {}

    /** Makes or watches. */
    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[1]);
        int number = Integer.parseInt(arguments[2]);
        AtomicLongArray times = new AtomicLongArray(count);
        try (KernelTable table = new KernelTable()) {
            if (arguments[0].equals("make")) {
                make(table, times, number);
            } else {
                watch(table, times, number);
            }
        }
        write(Path.of(arguments[3]), times);
    }

    private static void make(ConntrackTable table, AtomicLongArray times, int rate) {
        long pause = TimeUnit.SECONDS.toNanos(1) / rate;
        long start = System.nanoTime();
        for (int i = 0; i < times.length(); i++) {
            long due = start + i * pause;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
            List<TableChange> change = List.of(new TableChange.Insert(BurstFlows.numbered(i)));
            times.set(i, System.nanoTime());
            table.apply(change, ConntrackTable.Echo.HEARD);
        }
    }

    private static void watch(ConntrackTable table, AtomicLongArray times, int seconds) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(times.length());
        table.listen(new TableListener() {
            @Override
            public void batchBegins() {}

            @Override
            public void batchEnds() {}

            @Override
            public void conntrack(EventKind kind, Conntrack entry) {
                int number = number(entry.original());
                if (number >= 0 && number < times.length() && times.compareAndSet(number, 0, System.nanoTime())) {
                    left.countDown();
                }
            }

            @Override
            public void expectation(EventKind kind, Expectation expectation) {}

            @Override
            public void overrun() {
                System.out.println("events were lost");
            }
        });
        System.out.println("watching");
        if (!left.await(seconds, TimeUnit.SECONDS)) {
            System.out.println(left.getCount() + " did not come");
        }
    }

    /** The number of the flow, the other way round than {@link BurstFlows#numbered}. */
    private static int number(Tuple tuple) {
        return (int) (tuple.sourceLow() - CLIENTS) * PORTS + tuple.sourceKey() - FIRST_PORT;
    }

    private static void write(Path file, AtomicLongArray times) {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (int i = 0; i < times.length(); i++) {
                out.writeLong(times.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
