package org.conntwin.it.differential;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.tracker.model.Conntrack;

/** Runs traces beside each other, each at its own pace, so that one waits while others send. Not thread-safe. */
final class Course {
    /** More would make each wait for the others' turns. */
    private static final int AT_ONCE = 256;
    /** Numbers of traces within addresses, see {@link org.conntwin.it.wire.Ends}. */
    private static final long NUMBERS = (1 << 22) - 1;

    /** A trace's next packet and when it is due. */
    private record Turn(long due, TraceRun run) {}

    private final KernelRouter kernel;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(Turn::due));
    private final Map<Long, TraceRun> byNumber = new HashMap<>();

    Course(KernelRouter kernel) {
        this.kernel = kernel;
    }

    /** Runs all of them in an empty table and hands each over when it is through. */
    void run(Iterator<Trace> traces, Consumer<TraceRun> finished) {
        kernel.flush();
        byNumber.clear();
        while (traces.hasNext() || !turns.isEmpty()) {
            while (traces.hasNext() && turns.size() < AT_ONCE) {
                Trace trace = traces.next();
                TraceRun run = new TraceRun(trace);
                byNumber.put(number(trace.steps().getFirst().packet()), run);
                turns.add(new Turn(System.nanoTime(), run));
            }
            Turn turn = turns.remove();
            for (long left = turn.due - System.nanoTime(); left > 0; left = turn.due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long due = turn.run.step(kernel);
            tellEnds();
            if (due >= 0) {
                turns.add(new Turn(due, turn.run));
            } else {
                finish(turn.run);
                finished.accept(turn.run);
            }
        }
    }

    private void tellEnds() {
        for (Event event : kernel.unasked()) {
            TraceRun run = byNumber.get(event.original().sourceLow() & NUMBERS);
            if (run != null) {
                run.ended(event);
            }
        }
    }

    private void finish(TraceRun run) {
        long number = number(run.trace().steps().getFirst().packet());
        List<Conntrack> entries = new ArrayList<>();
        kernel.table(entry -> {
            if ((entry.original().sourceLow() & NUMBERS) == number) {
                entries.add(entry);
            }
        });
        tellEnds();
        run.finish(entries);
        byNumber.remove(number);
        kernel.forget(entries);
    }

    private static long number(byte[] packet) {
        int low = packet[0] >>> 4 == 4 ? 12 : 20;
        return ((packet[low + 1] & 0x3fL) << 16) | (packet[low + 2] & 0xffL) << 8 | (packet[low + 3] & 0xffL);
    }
}
