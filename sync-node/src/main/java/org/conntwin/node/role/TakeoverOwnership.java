package org.conntwin.node.role;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.conntwin.injector.Ownership;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/**
 * What is committed becomes this node's own; its own copy wins against an origin with a lower claim, unless the origin is
 * known to have carried the flows after it. What this node does not replicate it does not own either: no event of the
 * table would say when it ends.
 */
final class TakeoverOwnership implements Ownership {
    private final InternalCache internal;
    private final ReplicationFilter filter;
    private final long ownClaim;
    private final LongSupplier originClaim;
    private final BooleanSupplier originIsNewer;

    TakeoverOwnership(
            InternalCache internal,
            ReplicationFilter filter,
            long ownClaim,
            LongSupplier originClaim,
            BooleanSupplier originIsNewer) {
        this.internal = internal;
        this.filter = filter;
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
        if (filter.replicates(entry)) {
            internal.adopt(entry);
        } else {
            internal.disown(entry);
        }
    }

    @Override
    public void disown(Conntrack entry) {
        internal.disown(entry);
    }

    @Override
    public void adopt(Expectation expectation) {
        if (filter.replicates(expectation)) {
            internal.adopt(expectation);
        }
    }

    @Override
    public void disown(Expectation expectation) {
        internal.disown(expectation);
    }
}
