package org.conntwin.node.local;

import java.util.LinkedHashMap;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;

/**
 * Until when entries of flows without states (UDP, ICMP, GRE and the like) last that were written for a peer. Their packets
 * raise no events once they are assured: only a lifetime that was renewed meanwhile tells that packets go through here. Those
 * written longest ago are forgotten beyond a bound, and pass for not renewed. By one thread.
 */
final class WrittenLifetimes {
    private static final int MOST = 65_536;
    /** Lifetimes are told in whole seconds, and written a little after they were noted. */
    private static final long SLACK_NANOS = 2_000_000_000L;

    private static final long NANOS = 1_000_000_000L;

    private record Flow(Tuple original, Zone zone) {}

    private final LinkedHashMap<Flow, Long> ends = new LinkedHashMap<>();

    /** The entry is written at {@code now}, in nanoseconds of any monotonic clock. */
    void written(Conntrack entry, long now) {
        if (entry.state() != null) {
            return;
        }
        Flow flow = new Flow(entry.original(), entry.zone());
        ends.remove(flow);
        if (ends.size() >= MOST) {
            ends.pollFirstEntry();
        }
        ends.put(flow, end(entry, now));
    }

    /** Whether an entry of the flow was written. */
    boolean has(Conntrack entry) {
        return ends.containsKey(new Flow(entry.original(), entry.zone()));
    }

    /** Whether packets renewed the lifetime of the entry, as the table has it at {@code now}, since it was written. */
    boolean renewed(Conntrack here, long now) {
        Long written = ends.get(new Flow(here.original(), here.zone()));
        return written != null && here.state() == null && end(here, now) - written > SLACK_NANOS;
    }

    /** Nothing is written for the flow any more. */
    void forget(Conntrack entry) {
        ends.remove(new Flow(entry.original(), entry.zone()));
    }

    private static long end(Conntrack entry, long now) {
        return now + entry.timeoutSeconds() * NANOS;
    }
}
