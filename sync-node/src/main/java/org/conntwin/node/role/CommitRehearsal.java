package org.conntwin.node.role;

import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.table.ConntrackTable;

/** Commits by the very code of a takeover, as often as told, where nothing comes of it. */
public final class CommitRehearsal {
    private CommitRehearsal() {}

    /**
     * Commits the twins again and again.
     *
     * @param external what is committed
     * @param table says of every change that it is done
     * @param liberal whether TCP windows go unchecked on committed flows
     * @param rounds how often, at least once; of several, only the last one finds what it commits owned already, as that is
     *     rare in a takeover
     * @param clock the twins' own
     * @return the report of the last commit
     */
    public static CommitReport run(
            ExternalCache external, ConntrackTable table, boolean liberal, int rounds, Clock clock) {
        Injector injector = new Injector(table, liberal);
        InternalCache internal = new InternalCache(clock, external.size(Kind.CONNTRACK));
        CommitReport report = commit(external, injector, internal);
        for (int round = 2; round <= rounds; round++) {
            if (round < rounds) {
                internal = new InternalCache(clock, external.size(Kind.CONNTRACK));
            }
            report = commit(external, injector, internal);
        }
        return report;
    }

    private static CommitReport commit(ExternalCache external, Injector injector, InternalCache internal) {
        TakeoverOwnership ownership =
                new TakeoverOwnership(internal, ReplicationFilter.EVERYTHING, 0, () -> 0, () -> false);
        return injector.commit(new TwinSource(external, origin -> 0), ownership, CommitKinds.BOTH);
    }
}
