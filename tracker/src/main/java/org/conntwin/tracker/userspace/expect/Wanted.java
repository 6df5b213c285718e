package org.conntwin.tracker.userspace.expect;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * An expectation before it has a master.
 *
 * @param tuple what is expected
 * @param mask bits of the source address and key of {@code tuple} that count; its destination is all ones, as the
 *     destination always counts
 * @param expectClass the helper's class, 0 for its only one
 * @param flags bits of {@link Expectation}
 * @param childHelper helper that the expected flow is given, null for none
 * @param function what runs on the expected flow, by the kernel's name, null for nothing
 * @param nat how the expected flow is translated, null when it is not
 */
public record Wanted(
        Tuple tuple,
        Tuple mask,
        int expectClass,
        int flags,
        @Nullable String childHelper,
        @Nullable String function,
        @Nullable Nat nat) {
    private static final long WORD = 0xffff_ffffL;

    /** Makes the mask exact about the destination. */
    public Wanted {
        mask = mask(tuple, mask.sourceHigh(), mask.sourceLow(), mask.sourceKey());
    }

    /** Of class 0, from exactly this source address and any source key. */
    public static Wanted from(Tuple tuple) {
        boolean four = tuple.family() == Family.IPV4;
        return plain(tuple, mask(tuple, four ? 0 : -1, four ? WORD : -1, 0));
    }

    /** The same, the expected flow being translated. */
    public Wanted translated(String byFunction, Nat as) {
        return new Wanted(tuple, mask, expectClass, flags, childHelper, byFunction, as);
    }

    /** Of class 0, from anybody. */
    public static Wanted fromAnybody(Tuple tuple) {
        return plain(tuple, mask(tuple, 0, 0, 0));
    }

    private static Wanted plain(Tuple tuple, Tuple mask) {
        return new Wanted(tuple, mask, 0, 0, null, null, null);
    }

    private static Tuple mask(Tuple tuple, long sourceHigh, long sourceLow, int sourceKey) {
        boolean four = tuple.family() == Family.IPV4;
        return new Tuple(
                tuple.family(),
                tuple.protocol(),
                sourceHigh,
                sourceLow,
                four ? 0 : -1,
                four ? WORD : -1,
                sourceKey,
                0xffff);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether {@code other} is what this one expects. */
    boolean matches(Tuple other) {
        return differOnlyOutside(other, mask.sourceHigh(), mask.sourceLow(), mask.sourceKey());
    }

    /** Whether a flow may exist that both expect. */
    boolean overlaps(Wanted other) {
        return differOnlyOutside(
                other.tuple,
                mask.sourceHigh() & other.mask.sourceHigh(),
                mask.sourceLow() & other.mask.sourceLow(),
                mask.sourceKey() & other.mask.sourceKey());
    }

    private boolean differOnlyOutside(Tuple other, long high, long low, int key) {
        return tuple.destinationKey() == other.destinationKey()
                && tuple.destinationLow() == other.destinationLow()
                && tuple.destinationHigh() == other.destinationHigh()
                && tuple.protocol() == other.protocol()
                && tuple.family() == other.family()
                && ((tuple.sourceHigh() ^ other.sourceHigh()) & high) == 0
                && ((tuple.sourceLow() ^ other.sourceLow()) & low) == 0
                && ((tuple.sourceKey() ^ other.sourceKey()) & key) == 0;
    }
}
