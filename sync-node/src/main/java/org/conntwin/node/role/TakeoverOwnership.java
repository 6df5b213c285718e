package org.conntwin.node.role;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.conntwin.injector.Ownership;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/**
 * What is committed becomes this node's own; its own copy wins against an origin with a lower claim, unless the origin is
 * known to have carried the flows after it.
 */
final class TakeoverOwnership implements Ownership {
    private final InternalCache internal;
    private final long ownClaim;
    private final LongSupplier originClaim;
    private final BooleanSupplier originIsNewer;

    TakeoverOwnership(InternalCache internal, long ownClaim, LongSupplier originClaim, BooleanSupplier originIsNewer) {
        this.internal = internal;
        this.ownClaim = ownClaim;
        this.originClaim = originClaim;
        this.originIsNewer = originIsNewer;
    }

    @Override
    public Standing standing(Conntrack entry) {
        if (!internal.owns(entry)) {
            return Standing.UNKNOWN;
        }
        boolean newer = ownClaim > originClaim.getAsLong() && !originIsNewer.getAsBoolean();
        return newer ? Standing.NEWER : Standing.OLDER;
    }

    @Override
    public void adopt(Conntrack entry) {
        internal.adopt(entry);
    }

    @Override
    public void disown(Conntrack entry) {
        internal.disown(entry);
    }

    @Override
    public void adopt(Expectation expectation) {
        internal.adopt(expectation);
    }

    @Override
    public void disown(Expectation expectation) {
        internal.disown(expectation);
    }
}
