package org.conntwin.node.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;

/** What is known of the peers at a moment: by themselves, by their streams, and by what they acknowledged. Thread-safe. */
final class PeerReports {
    private final Peers peers;
    private final SendWindow window;
    private final InternalCache internal;
    private final Clock clock;

    PeerReports(Peers peers, SendWindow window, InternalCache internal, Clock clock) {
        this.peers = peers;
        this.window = window;
        this.internal = internal;
        this.clock = clock;
    }

    /** All peers ever met, by name. */
    List<PeerStatus> statuses() {
        List<PeerStatus> all = new ArrayList<>();
        long now = clock.nanos();
        for (Peer peer : peers.all()) {
            TwinReceiver receiver = peer.receiver;
            long unproven = receiver.parity() ? 0 : receiver.parityAgeNanos();
            // A stream that begins anew owes nothing yet; the peer knows for how long it has been lacking something.
            long owed = Math.max(window.lagNanos(peer.name, now), peer.behindNanos(now));
            long lagNanos = peer.up ? Math.max(unproven, owed) : receiver.appliedAgeNanos();
            long unacknowledged = peer.up ? window.unacknowledgedRecords(peer.name) + internal.unsent() : 0;
            all.add(new PeerStatus(
                    peer.name,
                    peer.up,
                    peer.role,
                    peer.incarnation,
                    receiver.twin().size(Kind.CONNTRACK),
                    lagNanos / 1_000_000,
                    unacknowledged + receiver.originUnsent(),
                    peer.up && receiver.parity() && peer.itsParity,
                    receiver.applied(),
                    peer.complete(),
                    receiver.parityAgeNanos() / 1_000_000_000L));
        }
        all.sort(Comparator.comparing(PeerStatus::name));
        return all;
    }

    /** What of the peers decides whether there is a majority, and for whom. */
    List<Sighting> sightings() {
        long now = clock.nanos();
        List<Sighting> all = new ArrayList<>();
        for (Peer peer : peers.all()) {
            all.add(new Sighting(
                    peer.name,
                    peer.up,
                    peer.claim,
                    peer.silentNanos(now),
                    window.provenNanos(peer.name, now),
                    peer.receiver.incarnation(),
                    peer.receiver.applied()));
        }
        return all;
    }
}
