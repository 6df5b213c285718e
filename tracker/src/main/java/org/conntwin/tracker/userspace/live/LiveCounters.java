package org.conntwin.tracker.userspace.live;

import java.util.Map;
import java.util.TreeMap;

/** What became of live packets. Written under the table's lock; numbers since the start. */
final class LiveCounters {
    /** Came in: first passes. */
    long arrived;
    /** Found their flow again: second passes. */
    long left;
    /** Dropped in the first pass, by the tracker or a translation. */
    long droppedArriving;
    /** The same in the second pass. */
    long droppedLeaving;
    /** Had lost their flow between the passes. */
    long lost;
    /** Are no IP that can be read, or not all of them was handed over. */
    long unreadable;
    /** Went on with other bytes than they came with. */
    long rewritten;
    /** Made the tracker fail. */
    long failed;

    Map<String, Long> named() {
        Map<String, Long> named = new TreeMap<>();
        named.put("liveArrived", arrived);
        named.put("liveLeft", left);
        named.put("liveDroppedArriving", droppedArriving);
        named.put("liveDroppedLeaving", droppedLeaving);
        named.put("liveLost", lost);
        named.put("liveUnreadable", unreadable);
        named.put("liveRewritten", rewritten);
        named.put("liveFailed", failed);
        return named;
    }
}
