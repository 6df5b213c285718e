package org.conntwin.injector;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches, one after the other, beside the thread that makes them. A few may wait, so that neither thread stands
 * still when the other was not woken at once. The thread starts with the first batch.
 */
final class BatchThread {
    private static final int AHEAD = 8;

    /** A batch that is through. */
    record Written(List<TableChange> batch, List<Outcome> outcomes) {}

    /** @param begun whoever sets it decides: the thread writes the batch, or nobody does any more */
    private record Running(List<TableChange> batch, AtomicBoolean begun, Future<List<Outcome>> outcomes) {
        /** Waits; whether the table took it. */
        boolean done() {
            try {
                await();
                return true;
            } catch (RuntimeException failed) {
                return false;
            }
        }

        Written await() {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return new Written(batch, outcomes.get());
                    } catch (InterruptedException goOn) {
                        // Half a batch cannot be taken back; whoever interrupts is heard after it.
                        interrupted = true;
                    } catch (ExecutionException failed) {
                        if (failed.getCause() instanceof RuntimeException cause) {
                            throw cause;
                        }
                        throw new IllegalStateException("a batch could not be written", failed.getCause());
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private @Nullable ExecutorService thread;
    private final Deque<Running> underWay = new ArrayDeque<>(AHEAD);

    /**
     * Has this batch written after those before it.
     *
     * @return the oldest batch, waited for because there were enough; null when there was room
     */
    @Nullable
    Written next(List<TableChange> batch, Callable<List<Outcome>> write) {
        Written oldest = underWay.size() == AHEAD ? oldest() : null;
        ExecutorService own = thread;
        if (own == null) {
            own = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("commit-writer").factory());
            thread = own;
        }
        AtomicBoolean begun = new AtomicBoolean();
        underWay.add(new Running(
                batch, begun, own.submit(() -> begun.compareAndSet(false, true) ? write.call() : List.of())));
        return oldest;
    }

    /** Waits for the oldest batch; null when none is left. */
    @Nullable
    Written oldest() {
        Running oldest = underWay.peek();
        if (oldest == null) {
            return null;
        }
        Written written = oldest.await();
        underWay.remove();
        return written;
    }

    /**
     * Ends the thread; of batches whose turn has not come, none is written any more, and one that is being written is waited
     * for. What was not written, or not all of it.
     */
    List<TableChange> end() {
        List<TableChange> unwritten = new ArrayList<>();
        // The last first: none of them begins while those before it are called off.
        underWay.descendingIterator().forEachRemaining(running -> {
            if (running.begun.compareAndSet(false, true) || !running.done()) {
                unwritten.addAll(running.batch);
            }
        });
        underWay.clear();
        ExecutorService own = thread;
        if (own != null) {
            own.shutdown();
        }
        return unwritten;
    }
}
