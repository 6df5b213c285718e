package org.conntwin.node.watch;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Counters by a cause that is known only once it happened; bounded, as causes are words of the product. */
final class CauseMeters {
    private static final int MOST = 64;

    private final Meters meters;
    private final String name;
    private final String help;
    private final Supplier<Map<String, Long>> counts;
    private final Set<String> known = new HashSet<>();

    CauseMeters(Meters meters, String name, String help, Supplier<Map<String, Long>> counts) {
        this.meters = meters;
        this.name = name;
        this.help = help;
        this.counts = counts;
    }

    /** Registers causes that are new since the last look. */
    void refresh() {
        for (String cause : counts.get().keySet()) {
            if (known.size() < MOST && known.add(cause)) {
                meters.counter(name, help, new Meters.Named(counts, cause), "cause", cause);
            }
        }
    }
}
