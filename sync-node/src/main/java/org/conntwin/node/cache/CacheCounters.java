package org.conntwin.node.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counted since the start. */
public final class CacheCounters {
    final LongAdder created = new LongAdder();
    final LongAdder updated = new LongAdder();
    final LongAdder destroyed = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder tooLong = new LongAdder();
    final LongAdder filtered = new LongAdder();

    /** By name. */
    public Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("created", created.sum());
        all.put("updated", updated.sum());
        all.put("destroyed", destroyed.sum());
        all.put("refused", refused.sum());
        all.put("tooLong", tooLong.sum());
        return all;
    }

    /** Records refused because the cache was full. */
    public long refused() {
        return refused.sum();
    }

    /** Events of flows that are not replicated. */
    public long filtered() {
        return filtered.sum();
    }
}
