package org.conntwin.node.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.tracker.model.Conntrack;

/**
 * Among nodes that forward at the same time ({@code initial-role: multi}), what a lost peer owned is the others' until it is
 * back: its flows go through them now. What no packet has touched here meanwhile is handed back once the peer's twin is
 * complete again. What the peer no longer has then has ended there, if its process lived through it; if it began anew, its
 * table may have, too, and the flow stays. By one thread.
 */
final class LostPeers {
    private static final System.Logger LOG = System.getLogger(LostPeers.class.getName());

    private final InternalCache internal;
    private final PeerStanding standing;
    private volatile ReplicationFilter filter = ReplicationFilter.EVERYTHING;
    /** The incarnations with which the peers were lost whose entries were adopted. */
    private final Map<String, Long> lost = new HashMap<>();

    LostPeers(InternalCache internal, PeerStanding standing) {
        this.internal = internal;
        this.standing = standing;
    }

    /** What this node may own: of the rest, no event would say how it goes on. */
    void filter(ReplicationFilter replicated) {
        filter = replicated;
    }

    /**
     * Adopts what a peer that is lost owned, and hands back what one that is back owns.
     *
     * @param proven whether the twin was complete before all its marks were drained
     */
    void look(Twin twin, boolean proven) {
        String origin = twin.origin();
        if (away(twin)) {
            if (!lost.containsKey(origin) && twin.size(Kind.CONNTRACK) > 0) {
                lost.put(origin, standing.incarnation(origin));
                LOG.log(System.Logger.Level.INFO, "{0} is lost: {1} entries are this node''s now", origin, adopt(twin));
            }
        } else if (proven && lost.containsKey(origin)) {
            lost.remove(origin);
            int back = internal.released(
                    Kind.CONNTRACK, (bytes, from, length) -> twin.containsRecord(Kind.CONNTRACK, bytes, from, length));
            LOG.log(System.Logger.Level.INFO, "{0} is back: {1} entries are its own again", origin, back);
        }
    }

    /** Owns an entry whose packets go through here, if this node may. */
    void adopt(Conntrack here) {
        if (filter.replicates(here)) {
            internal.adopt(here);
        }
    }

    private long adopt(Twin twin) {
        long adopted = 0;
        for (int bucket = 0; bucket < Kind.CONNTRACK.buckets(); bucket++) {
            List<Conntrack> entries = new ArrayList<>();
            twin.bucket(Kind.CONNTRACK, bucket, new RecordVisitor() {
                @Override
                public void record(byte[] bytes, int from, int length, int since) {
                    try {
                        entries.add(EntryCodec.decode(bytes, from, length));
                    } catch (MalformedWireException unreadable) {
                        // Nothing was written of it either.
                    }
                }

                @Override
                public void removed(byte[] bytes, int from, int length) {}
            });
            // Without the twin's lock: who hears events takes the internal cache's before it.
            adopted += entries.stream()
                    .filter(filter::replicates)
                    .filter(internal::adoptUntouched)
                    .count();
        }
        return adopted;
    }

    /** Whether the peer of this twin shares flows with this node and is not in the cluster now. */
    boolean away(Twin twin) {
        return standing.shares(twin.origin()) && !standing.inSight(twin.origin());
    }

    /**
     * Whether what the peer of this twin no longer has may live on here for all that is known: it was lost, and is not back as
     * a whole. No event tells whether an expectation waits for a flow of this node's.
     */
    boolean incomplete(Twin twin) {
        return lost.containsKey(twin.origin());
    }

    /** Whether an entry that the peer of this twin lets go has ended, though this node owns it since the peer was lost. */
    boolean ended(Twin twin, Conntrack entry) {
        Long incarnation = lost.get(twin.origin());
        return incarnation != null
                && standing.inSight(twin.origin())
                && incarnation == standing.incarnation(twin.origin())
                && internal.untouched(entry);
    }
}
