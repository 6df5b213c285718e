package org.conntwin.node.replication;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of the stream may be under way. Peers that keep up hold the sender back; one that stalls is left out until it
 * answers again, and one that is a second late, beside others, for ten seconds, so that nobody waits for it. Thread-safe.
 */
final class SendWindow {
    /** Pieces that may be unacknowledged by a peer that keeps up. */
    static final int PIECES = 128;

    /** Pieces whose size and time are known; a peer that owes more is left out. */
    static final int REMEMBERED = 4096;

    private static final long STALL_NANOS = 300_000_000L;
    private static final long SLOW_NANOS = 1_000_000_000L;
    private static final long OUT_NANOS = 10_000_000_000L;

    private final Map<String, Peer> peers = new HashMap<>();
    private final long[] recordsUpTo = new long[REMEMBERED];
    private final long[] sentAt = new long[REMEMBERED];
    private long sent;
    private long records;

    private static final class Peer {
        private long acknowledged;
        private long heardAt;
        /** When the oldest piece was sent that it owes, as far as remembered. */
        private long owesSince;
        /** Left out until then for being slow; 0 for not. */
        private long outUntil;

        private boolean proven;
        private long provenAt;
    }

    /** The peers now; a new one owes nothing of what was sent before it. */
    synchronized void peers(Collection<String> names, long now) {
        peers.keySet().retainAll(names);
        for (String name : names) {
            peers.computeIfAbsent(name, any -> {
                Peer peer = new Peer();
                peer.acknowledged = sent;
                peer.heardAt = now;
                return peer;
            });
        }
    }

    synchronized boolean hasPeers() {
        return !peers.isEmpty();
    }

    /** A piece of so many records was sent. */
    synchronized void sent(long sequence, int recordCount, long now) {
        sent = sequence;
        records += recordCount;
        recordsUpTo[(int) (sequence % REMEMBERED)] = records;
        sentAt[(int) (sequence % REMEMBERED)] = now;
        for (Peer peer : peers.values()) {
            if (peer.acknowledged == sequence - 1) {
                peer.owesSince = now;
            }
        }
    }

    /** The stream begins anew. */
    synchronized void restart() {
        sent = 0;
        recordsUpTo[0] = records;
        peers.values().forEach(peer -> peer.acknowledged = 0);
    }

    /** A peer has applied all up to the sequence. */
    synchronized void acknowledged(String name, long sequence, long now) {
        Peer peer = peers.get(name);
        if (peer != null && sequence <= sent) {
            if (sequence > peer.acknowledged) {
                peer.acknowledged = sequence;
                if (sent - sequence < REMEMBERED) {
                    peer.proven = true;
                    peer.provenAt = sentAt[(int) (sequence % REMEMBERED)];
                    peer.owesSince = sentAt[(int) ((sequence + 1) % REMEMBERED)];
                }
            }
            peer.heardAt = now;
        }
    }

    private boolean stalled(Peer peer, long now) {
        if (peer.acknowledged >= sent) {
            return false;
        }
        if (slow(peer, now)) {
            return true;
        }
        long since = Math.max(peer.heardAt, peer.owesSince);
        return sent - peer.acknowledged >= REMEMBERED || now - since > STALL_NANOS;
    }

    /** One that answers, but late, would hold back all others; on its own it may set the pace. */
    private boolean slow(Peer peer, long now) {
        if (peers.size() > 1 && now - peer.owesSince > SLOW_NANOS) {
            peer.outUntil = now + OUT_NANOS;
        }
        return peer.outUntil != 0 && now < peer.outUntil;
    }

    /** Whether a further piece may be sent. */
    synchronized boolean open(long now) {
        for (Peer peer : peers.values()) {
            if (sent - peer.acknowledged >= PIECES && !stalled(peer, now)) {
                return false;
            }
        }
        return true;
    }

    /** Whether any peer is left out. */
    synchronized boolean anyStalled(long now) {
        for (Peer peer : peers.values()) {
            if (stalled(peer, now)) {
                return true;
            }
        }
        return false;
    }

    /** Records that the peer has not acknowledged, as far as remembered; a heartbeat under way is none. */
    synchronized long unacknowledgedRecords(String name) {
        Peer peer = peers.get(name);
        if (peer == null || peer.acknowledged >= sent) {
            return 0;
        }
        boolean forgotten = sent - peer.acknowledged >= REMEMBERED;
        long from = forgotten
                ? recordsUpTo[(int) ((sent + 1) % REMEMBERED)]
                : recordsUpTo[(int) (peer.acknowledged % REMEMBERED)];
        return records - from;
    }

    /** How long ago the last piece was sent of those that the peer has acknowledged; {@link Long#MAX_VALUE} for none. */
    synchronized long provenNanos(String name, long now) {
        Peer peer = peers.get(name);
        return peer == null || !peer.proven ? Long.MAX_VALUE : now - peer.provenAt;
    }

    /** How long ago the oldest piece was sent that the peer has not acknowledged, in nanoseconds. */
    synchronized long lagNanos(String name, long now) {
        Peer peer = peers.get(name);
        if (peer == null || peer.acknowledged >= sent) {
            return 0;
        }
        return Math.max(0, now - peer.owesSince);
    }
}
