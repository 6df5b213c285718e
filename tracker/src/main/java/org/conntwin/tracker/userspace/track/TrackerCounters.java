package org.conntwin.tracker.userspace.track;

import java.util.Map;

/** What a tracker counted since it began, as {@code conntrack -S} names it. Guarded by the tracker's lock. */
public final class TrackerCounters {
    /** Packets that belong to no flow although they should. */
    public long invalid;
    /** Flows confirmed. */
    public long inserted;
    /** First packets dropped because their tuple was taken meanwhile. */
    public long insertFailed;
    /** First packets whose tuple was taken meanwhile and that went on with that flow. */
    public long clashResolved;
    /** Packets dropped by the tracker. */
    public long dropped;
    /** Flows killed to make room. */
    public long earlyDropped;
    /** First packets dropped as the table was full. */
    public long tableFull;
    /** ICMP messages that are malformed or errors about no known flow; not among {@link #invalid}. */
    public long icmpError;

    /** Starts at zero. */
    public TrackerCounters() {}

    /** Puts all of them there by name. */
    public void addTo(Map<String, Long> named) {
        named.put("invalid", invalid);
        named.put("inserted", inserted);
        named.put("insertFailed", insertFailed);
        named.put("clashResolved", clashResolved);
        named.put("dropped", dropped);
        named.put("earlyDropped", earlyDropped);
        named.put("tableFull", tableFull);
        named.put("icmpError", icmpError);
    }
}
