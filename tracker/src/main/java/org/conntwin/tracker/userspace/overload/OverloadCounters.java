package org.conntwin.tracker.userspace.overload;

import java.util.Map;

/** What the tracker did as its table filled up, since it began. Guarded by the tracker's lock. */
public final class OverloadCounters {
    /** Lifetimes that were set shorter than in an emptier table. */
    public long lifetimesShrunk;
    /** Flows without an answer that made room. */
    public long evictedUnreplied;
    /** Flows with an answer, but not assured, that made room. */
    public long evictedUnassured;
    /** Assured flows in a state that ends soon that made room. */
    public long evictedClosing;
    /** Assured flows that made room as they were idle. */
    public long evictedIdle;
    /** The same of translated ones. */
    public long evictedIdleTranslated;
    /** NEW events of flows without an answer that were kept until there is one, as many events waited. */
    public long newsHeldBack;
    /** Idle connections whose ends were asked. */
    public long probed;
    /** Those that an end answered for: they go on. */
    public long probesAnswered;
    /** Those that an end knew nothing of. */
    public long probesReset;
    /** Those whose time was over, or that were deleted, while an answer was waited for. */
    public long probesEnded;
    /** Those of which no end was heard. */
    public long probesUnanswered;
    /** Those of which neither packet could be sent; among the {@link #probed}. */
    public long probesFailed;

    /** Starts at zero. */
    public OverloadCounters() {}

    /** All flows that made room. */
    public long evicted() {
        return evictedUnreplied + evictedUnassured + evictedClosing + evictedIdle + evictedIdleTranslated;
    }

    /** Puts all of them there by name. */
    public void addTo(Map<String, Long> named) {
        named.put("lifetimesShrunk", lifetimesShrunk);
        named.put("evictedUnreplied", evictedUnreplied);
        named.put("evictedUnassured", evictedUnassured);
        named.put("evictedClosing", evictedClosing);
        named.put("evictedIdle", evictedIdle);
        named.put("evictedIdleTranslated", evictedIdleTranslated);
        named.put("newsHeldBack", newsHeldBack);
        named.put("probed", probed);
        named.put("probesAnswered", probesAnswered);
        named.put("probesReset", probesReset);
        named.put("probesEnded", probesEnded);
        named.put("probesUnanswered", probesUnanswered);
        named.put("probesFailed", probesFailed);
    }
}
