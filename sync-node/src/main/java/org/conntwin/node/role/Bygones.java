package org.conntwin.node.role;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.Kind;

/**
 * Forgets what origins that are gone owned, some time after another node took over: what lives of it is the successor's by
 * now, and the rest would come back as ghosts with the next takeover. An origin that returns before speaks for itself.
 * Without a takeover nothing is forgotten, however long an origin is gone.
 */
public final class Bygones implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Bygones.class.getName());
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final ExternalCache external;
    private final Predicate<String> inSight;
    private final Duration after;
    private final Clock clock;
    private final Worker worker;
    private final Map<String, Long> due = new HashMap<>();

    /**
     * Looks at the twins of {@code external}.
     *
     * @param inSight whether the node of that name is in the cluster now
     * @param after how long after the takeover
     */
    public Bygones(ExternalCache external, Predicate<String> inSight, Duration after, Turns turns) {
        this.external = external;
        this.inSight = inSight;
        this.after = after;
        this.clock = turns.clock();
        this.worker = turns.worker("bygones", this::turn);
        worker.start();
    }

    /** A node took over, this one or another. From any thread. */
    synchronized void tookOver() {
        long when = clock.nanos() + after.toNanos();
        for (Twin twin : external.twins()) {
            if (!inSight.test(twin.origin())) {
                due.putIfAbsent(twin.origin(), when);
            }
        }
        worker.wake();
    }

    private long turn() {
        // Not under this one's monitor: who applies a peer's piece has its twin's lock when it tells of a takeover.
        for (Twin twin : gone()) {
            int gone = twin.flush(Kind.CONNTRACK) + twin.flush(Kind.EXPECTATION);
            LOG.log(System.Logger.Level.INFO, "forgot {0} records of {1}, which is gone", gone, twin.origin());
        }
        return nothingDue() ? Turn.UNTIL_WOKEN : LOOK_NANOS;
    }

    /** The twins whose time has come, once each. */
    private synchronized List<Twin> gone() {
        long now = clock.nanos();
        due.keySet().removeIf(inSight);
        List<Twin> gone = new ArrayList<>();
        for (Twin twin : external.twins()) {
            Long when = due.get(twin.origin());
            if (when != null && now - when >= 0) {
                due.remove(twin.origin());
                gone.add(twin);
            }
        }
        return gone;
    }

    private synchronized boolean nothingDue() {
        return due.isEmpty();
    }

    @Override
    public void close() {
        worker.close();
    }
}
