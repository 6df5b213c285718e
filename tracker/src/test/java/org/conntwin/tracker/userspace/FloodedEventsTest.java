package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.TableListener;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener that cannot keep up with a flood gets to hear. */
class FloodedEventsTest {
    private static final int WAITING = 2_000;
    private static final int LIMIT = 10_000;
    /** The listener has taken one batch, of at most so many, before it stops. */
    private static final int TAKEN = 128;

    private final SteppedClock clock = new SteppedClock();

    /** Hears nothing until it may, then everything. */
    private static final class Slow implements TableListener {
        private final CountDownLatch go = new CountDownLatch(1);
        private final List<String> heard = new ArrayList<>();
        private int overruns;

        @Override
        public void batchBegins() {
            try {
                if (!go.await(20, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody let the listener go on");
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public synchronized void batchEnds() {
            notifyAll();
        }

        @Override
        public synchronized void conntrack(EventKind kind, Conntrack entry) {
            heard.add(kind + " " + entry.original().sourceKey());
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation) {}

        @Override
        public synchronized void overrun() {
            overruns++;
        }

        synchronized List<String> heard() {
            return List.copyOf(heard);
        }

        /** Waits until a line was heard: what was told before it was heard by then, too. */
        synchronized void await(String line) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!heard.contains(line)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertThat(left).as("waiting for %s", line).isPositive();
                wait(left);
            }
        }

        synchronized int overruns() {
            return overruns;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFloodNeitherDrownsTheEventsOfOthersNorLeavesAnythingUntrue(boolean helped) throws InterruptedException {
        List<HelperRule> helpers = helped ? List.of(new HelperRule("tftp", 17, 53)) : List.of();
        TrackerSettings settings = TrackerSettings.LINUX.withMaxEntries(LIMIT).withHelpers(helpers);
        Slow listener = new Slow();
        try (UserspaceTable table = UserspaceTable.open(settings, clock, WAITING)) {
            table.listen(listener);
            Gateway gateway = new Gateway(table);
            for (int port = 1; port <= 3 * LIMIT; port++) {
                gateway.pass(udp("10.0.0.1", port, "10.0.0.2", 53));
            }
            // Of flows that are answered everything is told, also of one whose beginning was not.
            gateway.connect(50_000);
            gateway.pass(udp("10.0.0.2", 53, "10.0.0.1", 3 * LIMIT));
            assertThat(counter(table, "eventsLost")).isZero();
            assertThat(counter(table, "newsHeldBack")).isGreaterThan(2 * LIMIT);
            assertThat(counter(table, "evictedUnreplied")).isGreaterThan(2 * LIMIT - 10);

            listener.go.countDown();
            listener.await("NEW " + 3 * LIMIT);

            List<String> heard = listener.heard();
            assertThat(listener.overruns()).isZero();
            assertThat(heard).contains("NEW 50000", "UPDATE 50000").contains("NEW " + 3 * LIMIT);
            assertThat(heard.stream().filter(line -> line.startsWith("NEW")).count())
                    .isLessThan(WAITING / 2 + TAKEN + 10);

            // Nothing ends that did not begin, and what began ends once.
            table.flush(FlushFilter.ALL);
            assertThat(table.count()).isZero();
            List<String> begun = ports(heard, "NEW");
            awaitDelivery(gateway, listener, 50_001);
            assertThat(counter(table, "eventsLost")).isZero();
            assertThat(ports(listener.heard(), "DESTROY")).containsExactlyInAnyOrderElementsOf(begun);
        }
    }

    @Test
    void whoReadTheTableHearsOfTheEndOfAllThatWasInIt() throws InterruptedException {
        Slow listener = new Slow();
        try (UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX, clock, WAITING)) {
            table.listen(listener);
            Gateway gateway = new Gateway(table);
            int flows = WAITING * 3 / 4;
            for (int port = 1; port <= flows; port++) {
                gateway.pass(udp("10.0.0.1", port, "10.0.0.2", 53));
            }
            assertThat(counter(table, "newsHeldBack")).isPositive();
            List<Conntrack> read = new ArrayList<>();
            table.dump(read::add);
            listener.go.countDown();
            awaitDelivery(gateway, listener, 50_000);

            table.flush(FlushFilter.ALL);
            awaitDelivery(gateway, listener, 50_001);

            assertThat(read).hasSize(flows);
            assertThat(ports(listener.heard(), "DESTROY")).hasSize(flows + 1).contains(" 50000");
        }
    }

    private static List<String> ports(List<String> heard, String kind) {
        return heard.stream()
                .filter(line -> line.startsWith(kind))
                .map(line -> line.substring(kind.length()))
                .toList();
    }

    private static long counter(UserspaceTable table, String name) {
        return Objects.requireNonNull(table.trackerCounters().get(name));
    }

    /** A connection of which everything is told, heard behind all that was told before. */
    private static void awaitDelivery(Gateway gateway, Slow listener, int port) throws InterruptedException {
        gateway.connect(port);
        listener.await("UPDATE " + port);
    }
}
