package org.conntwin.node.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;
import org.jspecify.annotations.Nullable;

/** What the peers own, one {@link Twin} for each origin. Thread-safe. */
public final class ExternalCache {
    /** More origins than any cluster has: a stranger with the key cannot fill the memory with names. */
    private static final int ORIGINS_MOST = 64;

    private final Map<String, Twin> twins = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Room room;
    private final boolean marking;
    private final CacheCounters counters = new CacheCounters();

    /**
     * Empty.
     *
     * @param limit most records, of all origins and kinds together; more are refused and counted, whosever they are
     * @param marking whether changes are marked for someone who drains them
     */
    public ExternalCache(Clock clock, int limit, boolean marking) {
        this.clock = clock;
        this.room = new Room(limit);
        this.marking = marking;
    }

    /** The twin of the origin, made when it is met first; null when there are too many origins. */
    public @Nullable Twin twin(String origin) {
        Twin known = twins.get(origin);
        if (known != null || twins.size() >= ORIGINS_MOST) {
            return known;
        }
        return twins.computeIfAbsent(origin, name -> new Twin(name, clock, room, marking, counters));
    }

    /** All twins by name. */
    public List<Twin> twins() {
        List<Twin> all = new ArrayList<>(twins.values());
        all.sort(Comparator.comparing(Twin::origin));
        return all;
    }

    /** Records of the kind, of all origins. */
    public int size(Kind kind) {
        int size = 0;
        for (Twin twin : twins.values()) {
            size += twin.size(kind);
        }
        return size;
    }

    /** Forgets all of the kind; how many. */
    public int flush(Kind kind) {
        int gone = 0;
        for (Twin twin : twins.values()) {
            gone += twin.flush(kind);
        }
        return gone;
    }

    /** Whether a twin lacks what it had no room for. */
    public boolean lacking() {
        return twins.values().stream().anyMatch(Twin::lacking);
    }

    /** Memory that the records take, in bytes. */
    public long memoryBytes() {
        long bytes = 0;
        for (Twin twin : twins.values()) {
            bytes += twin.memoryBytes();
        }
        return bytes;
    }

    /** What the cache counted, all origins together. */
    public CacheCounters counters() {
        return counters;
    }
}
