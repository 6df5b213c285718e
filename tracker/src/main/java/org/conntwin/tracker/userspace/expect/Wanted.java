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
 * @param mask bits of the source address and keys of {@code tuple} that count; all of the destination address does, and
 *     all of its key unless the helper's {@link Retention} says otherwise
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

    /** The same expectation with a mask that is exact about the destination, whatever it said. */
    public Wanted exact() {
        return new Wanted(
                tuple,
                mask(tuple, mask.sourceHigh(), mask.sourceLow(), mask.sourceKey()),
                expectClass,
                flags,
                childHelper,
                function,
                nat);
    }

    /** The same of another class. */
    public Wanted ofClass(int otherClass) {
        return new Wanted(tuple, mask, otherClass, flags, childHelper, function, nat);
    }

    /** The same with these flags, bits of {@link Expectation}. */
    public Wanted flagged(int otherFlags) {
        return new Wanted(tuple, mask, expectClass, otherFlags, childHelper, function, nat);
    }

    /** The same, and the expected flow is given a helper. */
    public Wanted helped(@Nullable String helper) {
        return new Wanted(tuple, mask, expectClass, flags, helper, function, nat);
    }

    /** The same as a helper's retention has it. */
    Wanted kept(Retention retention) {
        if (retention.equals(Retention.NONE)) {
            return this;
        }
        Tuple wide = new Tuple(
                mask.family(),
                mask.protocol(),
                mask.sourceHigh(),
                mask.sourceLow(),
                mask.destinationHigh(),
                mask.destinationLow(),
                mask.sourceKey(),
                retention.portMask());
        int kept = retention.keep() ? flags | Expectation.PERMANENT : flags;
        return new Wanted(tuple, wide, expectClass, kept, childHelper, function, nat);
    }

    /** Of class 0, from exactly this source address and any source key. */
    public static Wanted from(Tuple tuple) {
        boolean four = tuple.family() == Family.IPV4;
        return plain(tuple, mask(tuple, four ? 0 : -1, four ? WORD : -1, 0));
    }

    /** The same, the expected flow being translated. */
    public Wanted translated(@Nullable String byFunction, Nat as) {
        return new Wanted(tuple, mask, expectClass, flags, childHelper, byFunction, as);
    }

    /** The same towards another address and key. */
    public Wanted seenAt(long high, long low, int key) {
        Tuple other = new Tuple(
                tuple.family(),
                tuple.protocol(),
                tuple.sourceHigh(),
                tuple.sourceLow(),
                high,
                low,
                tuple.sourceKey(),
                key);
        return new Wanted(other, mask, expectClass, flags, childHelper, function, nat);
    }

    /** Of class 0, between the ends of {@code direction}, from any of the source's ports to this port. */
    public static Wanted to(int protocol, Tuple direction, int port) {
        return from(new Tuple(
                direction.family(),
                protocol,
                direction.sourceHigh(),
                direction.sourceLow(),
                direction.destinationHigh(),
                direction.destinationLow(),
                0,
                port));
    }

    /** Of class 0, exactly this one. */
    public static Wanted exactly(Tuple tuple) {
        boolean four = tuple.family() == Family.IPV4;
        return plain(tuple, mask(tuple, four ? 0 : -1, four ? WORD : -1, 0xffff));
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
        return differOnlyOutside(other, mask.sourceHigh(), mask.sourceLow(), mask.sourceKey(), mask.destinationKey());
    }

    /** Whether a flow may exist that both expect. */
    boolean overlaps(Wanted other) {
        return differOnlyOutside(
                other.tuple,
                mask.sourceHigh() & other.mask.sourceHigh(),
                mask.sourceLow() & other.mask.sourceLow(),
                mask.sourceKey() & other.mask.sourceKey(),
                mask.destinationKey() & other.mask.destinationKey());
    }

    private boolean differOnlyOutside(Tuple other, long high, long low, int key, int port) {
        return ((tuple.destinationKey() ^ other.destinationKey()) & port) == 0
                && tuple.destinationLow() == other.destinationLow()
                && tuple.destinationHigh() == other.destinationHigh()
                && tuple.protocol() == other.protocol()
                && tuple.family() == other.family()
                && ((tuple.sourceHigh() ^ other.sourceHigh()) & high) == 0
                && ((tuple.sourceLow() ^ other.sourceLow()) & low) == 0
                && ((tuple.sourceKey() ^ other.sourceKey()) & key) == 0;
    }
}
