package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Family;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses the machine holds, each asked for once a second at most. Of addresses that share a place the
 * last one is remembered. Allocates nothing for those that are. Guarded by the tracker's lock.
 */
final class HeldAddresses {
    private static final int PLACES = 64;
    private static final long KEPT_NANOS = 1_000_000_000L;

    private static final class Answer {
        @Nullable
        Family family;

        long high;
        long low;
        long until;
        boolean held;
    }

    private final SourceAddresses addresses;
    private final @Nullable Answer[] answers = new @Nullable Answer[PLACES];

    HeldAddresses(SourceAddresses addresses) {
        this.addresses = addresses;
    }

    /** Whether it holds an address, by what was true a second ago or later. */
    boolean is(Family family, long high, long low, long now) {
        long mixed = high * 31 + low;
        int place = (int) (mixed ^ mixed >>> 24 ^ mixed >>> 12) & PLACES - 1;
        Answer answer = answers[place];
        if (answer == null) {
            answer = new Answer();
            answers[place] = answer;
        } else if (answer.low == low && answer.high == high && answer.family == family && answer.until - now > 0) {
            return answer.held;
        }
        answer.family = family;
        answer.high = high;
        answer.low = low;
        answer.until = now + KEPT_NANOS;
        answer.held = addresses.holds(family, high, low);
        return answer.held;
    }
}
