package org.conntwin.node.demo.endpoint;

import java.util.Map;
import java.util.TreeMap;

/** Disjoint ranges of numbers. */
final class Ranges {
    private static final int MAX_RANGES = 1_024;

    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Adds the range from {@code begin} up to {@code end}; beyond the bound it is left out, which costs a repetition. */
    void add(long begin, long end) {
        if (begin >= end || ends.size() >= MAX_RANGES) {
            return;
        }
        long from = begin;
        long to = end;
        Map.Entry<Long, Long> before = ends.floorEntry(to);
        while (before != null && before.getValue() >= from) {
            from = Math.min(from, before.getKey());
            to = Math.max(to, before.getValue());
            ends.remove(before.getKey());
            before = ends.floorEntry(to);
        }
        ends.put(from, to);
    }

    /** Forgets what lies below {@code bound}. */
    void removeBelow(long bound) {
        Map.Entry<Long, Long> first = ends.firstEntry();
        while (first != null && first.getKey() < bound) {
            ends.pollFirstEntry();
            if (first.getValue() > bound) {
                ends.put(bound, first.getValue());
            }
            first = ends.firstEntry();
        }
    }

    /** Forgets all. */
    void clear() {
        ends.clear();
    }

    /** The end of the range that holds {@code at}; {@code at} itself when none does. */
    long endOf(long at) {
        Map.Entry<Long, Long> before = ends.floorEntry(at);
        return before == null || before.getValue() <= at ? at : before.getValue();
    }

    /** The begin of the first range behind {@code at}; {@link Long#MAX_VALUE} when there is none. */
    long nextBegin(long at) {
        Long begin = ends.higherKey(at);
        return begin == null ? Long.MAX_VALUE : begin;
    }

    /** The end of the last range; {@link Long#MIN_VALUE} when there is none. */
    long end() {
        Map.Entry<Long, Long> last = ends.lastEntry();
        return last == null ? Long.MIN_VALUE : last.getValue();
    }
}
