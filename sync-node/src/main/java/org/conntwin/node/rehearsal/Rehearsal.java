package org.conntwin.node.rehearsal;

import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.role.CommitRehearsal;
import org.conntwin.node.time.Clock;
import org.conntwin.tracker.table.ProtocolTimeouts;

/**
 * Replicates invented flows and commits them some seconds after a node's start, into nothing, by the node's own caches,
 * replication, seals and commit. A JVM runs fast what it has run often: the first burst shall not pay for what comes to be
 * compiled, and a backup commits once, when traffic waits for it. It takes six seconds, in which it uses what processors
 * are free, and some heap that is free again after it; a node whose caches are small leaves it out.
 *
 * <p>The system property {@value #PROPERTY} says after how many seconds, 10 unless told; 0 for never.
 */
public final class Rehearsal implements AutoCloseable {
    /** Seconds from the start of the node to its rehearsal. */
    public static final String PROPERTY = "conntwin.rehearsal";

    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final int AFTER_SECONDS = 10;
    private static final int SAMPLE = 64;
    private static final int ROUNDS = 10;
    /** Rounds whose events come one by one; between bursts, so that the code is compiled for both. */
    private static final Set<Integer> SINGLY = Set.of(3, 6);

    private static final int COMMITS = 12;

    private final ProtocolTimeouts timeouts;
    private final boolean liberal;
    private final ReplicationFilter filter;
    private final Scale scale;
    private final Clock clock;
    private final Thread thread = Thread.ofPlatform().name("rehearsal").daemon().unstarted(this::runLater);

    /**
     * How large it is.
     *
     * @param flows of a burst and of a commit
     * @param grown flows of the burst that makes caches grow
     */
    record Scale(int flows, int grown) {
        static final Scale FULL = new Scale(5_000, 20_000);
        /** So much smaller than the caches: what it takes of the heap is of no weight. */
        private static final int SHARE = 8;

        /** Within caches of so many records. */
        static Scale within(int limit) {
            return new Scale(Math.min(FULL.flows, limit / SHARE), Math.min(FULL.grown, limit / SHARE));
        }

        /** Less would leave code as it is. */
        boolean useful() {
            return flows == FULL.flows;
        }
    }

    Rehearsal(ProtocolTimeouts timeouts, boolean liberal, ReplicationFilter filter, Scale scale, Clock clock) {
        this.timeouts = timeouts;
        this.liberal = liberal;
        this.filter = telling(filter);
        this.scale = scale;
        this.clock = clock;
    }

    /**
     * Begins after its time on a thread of its own, which nothing waits for.
     *
     * @param timeouts the local table's
     * @param liberal whether TCP windows go unchecked on committed flows
     * @param filter what this node replicates
     * @param limit records that the node's caches have room for
     * @return what ends it, wherever it is
     */
    public static Rehearsal later(
            ProtocolTimeouts timeouts, boolean liberal, ReplicationFilter filter, int limit, Clock clock) {
        Rehearsal rehearsal = new Rehearsal(timeouts, liberal, filter, Scale.within(limit), clock);
        if (Integer.getInteger(PROPERTY, AFTER_SECONDS) > 0 && rehearsal.scale.useful()) {
            rehearsal.thread.start();
        }
        return rehearsal;
    }

    /** The node's own filter runs the code that it will run, but one that takes next to nothing would leave the rest cold. */
    private static ReplicationFilter telling(ReplicationFilter filter) {
        long taken = IntStream.range(0, SAMPLE)
                .filter(number -> filter.replicates(InventedFlows.established(number)))
                .count();
        return taken > SAMPLE / 2 ? filter : ReplicationFilter.EVERYTHING;
    }

    private void runLater() {
        try {
            Thread.sleep(Duration.ofSeconds(Integer.getInteger(PROPERTY, AFTER_SECONDS)));
            run();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (ChannelException | RuntimeException failure) {
            // Nothing depends on it but the speed of what comes first.
            LOG.log(System.Logger.Level.DEBUG, "the rehearsal failed", failure);
        }
    }

    /** The report of the last commit. */
    CommitReport run() throws ChannelException, InterruptedException {
        try (RehearsalTable table = new RehearsalTable(timeouts);
                RehearsedPair pair = new RehearsedPair(table, filter, scale.grown, clock)) {
            pair.start();
            for (int round = 0; round < ROUNDS; round++) {
                pair.singly(SINGLY.contains(round));
                pair.begin(scale.flows);
                pair.end(scale.flows);
            }
            pair.begin(scale.grown);
            pair.end(scale.grown);
            pair.begin(scale.flows);
            return CommitRehearsal.run(pair.external(), table, liberal, COMMITS, clock);
        }
    }

    /** Ends it soon, without waiting for that. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
