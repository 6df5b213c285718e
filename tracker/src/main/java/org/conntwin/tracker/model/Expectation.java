package org.conntwin.tracker.model;

import org.jspecify.annotations.Nullable;

/**
 * A flow that a helper expects because of what its master said.
 *
 * @param tuple what is expected
 * @param mask bits of {@code tuple} that must match: source address and keys
 * @param master original tuple of the conntrack that it belongs to
 * @param zone zone of the master
 * @param timeoutSeconds remaining lifetime, {@link Conntrack#UNKNOWN} when not said
 * @param expectClass the helper's class of expectations, 0 for its only one
 * @param flags bits: {@link #PERMANENT}, {@link #INACTIVE}, {@link #USERSPACE}
 * @param helper name of the master's helper, null when not said
 * @param function name of what the kernel runs on the expected flow, for instance {@code nat-follow-master}
 * @param nat how the expected flow is translated, null when it is not
 * @param id the local table's identifier, 0 when unknown
 * @param unread what a newer node told beyond all this, null for nothing
 */
public record Expectation(
        Tuple tuple,
        Tuple mask,
        Tuple master,
        Zone zone,
        int timeoutSeconds,
        int expectClass,
        int flags,
        @Nullable String helper,
        @Nullable String function,
        @Nullable Nat nat,
        int id,
        @Nullable Unread unread) {
    public static final int PERMANENT = 1;
    public static final int INACTIVE = 2;
    public static final int USERSPACE = 4;

    /** An expectation of which nothing is unread. */
    public Expectation(
            Tuple tuple,
            Tuple mask,
            Tuple master,
            Zone zone,
            int timeoutSeconds,
            int expectClass,
            int flags,
            @Nullable String helper,
            @Nullable String function,
            @Nullable Nat nat,
            int id) {
        this(tuple, mask, master, zone, timeoutSeconds, expectClass, flags, helper, function, nat, id, null);
    }

    /**
     * Translation of an expected flow.
     *
     * @param tuple the saved address and key, in the source part
     * @param replyDirection whether it applies to the reply direction
     */
    public record Nat(Tuple tuple, boolean replyDirection) {}

    /** The same with another remaining lifetime. */
    public Expectation withTimeout(int seconds) {
        return new Expectation(
                tuple, mask, master, zone, seconds, expectClass, flags, helper, function, nat, id, unread);
    }
}
