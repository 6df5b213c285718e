package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Family;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses the machine's devices hold, each asked for once a second at most. Of addresses that share a place the
 * last one is remembered. Allocates nothing for those that are. Guarded by the tracker's lock.
 */
final class HeldAddresses {
    private static final int PLACES = 64;
    private static final long KEPT_NANOS = 1_000_000_000L;

    private static final class Answer {
        int device;

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

    /** Whether a device holds an address, by what was true a second ago or later. */
    boolean is(int device, Family family, long high, long low, long now) {
        long mixed = (high * 31 + low) * 31 + device;
        int place = (int) (mixed ^ mixed >>> 24 ^ mixed >>> 12) & PLACES - 1;
        Answer answer = answers[place];
        if (answer == null) {
            answer = new Answer();
            answers[place] = answer;
        } else if (answer.device == device
                && answer.low == low
                && answer.high == high
                && answer.family == family
                && answer.until - now > 0) {
            return answer.held;
        }
        answer.device = device;
        answer.family = family;
        answer.high = high;
        answer.low = low;
        answer.until = now + KEPT_NANOS;
        answer.held = addresses.holds(device, family, high, low);
        return answer.held;
    }
}
