package org.conntwin.node.replication;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.BatchReader;
import org.conntwin.proto.BatchVisitor;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.SyncMessage;
import org.jspecify.annotations.Nullable;

/**
 * Applies one peer's stream to its twin. A gap does no harm for long: what came is applied, the next heartbeat
 * shows whether anything is missing, digests show where, and the buckets concerned are asked for. Pieces come
 * from one thread at a time; accessors are for any thread.
 */
final class TwinReceiver implements BatchVisitor {
    /** Heartbeats come each second; without one for so long, nothing is proven any more. */
    private static final long PROOF_NANOS = 4_000_000_000L;

    /** Asking again sooner than this would only double the answers. */
    private static final long ASK_NANOS = 500_000_000L;

    private static final long ASK_FULL_NANOS = 30_000_000_000L;

    /** An answer may be lost, and the origin takes for stalled who owes it one for too long. */
    private static final int ANSWER_REPEATS = 3;

    /** Where answers to the origin go. */
    interface Replies {
        void send(SyncMessage message);

        void heartbeat(Heartbeat heartbeat);
    }

    private final Twin twin;
    private final Replies replies;
    private final ReceiveCounters counters;
    private final Clock clock;
    private volatile long incarnation;
    private volatile long applied;
    private volatile long appliedAt;
    private volatile long acknowledged;
    /** Up to where the last tick answered, and how often that is still to be repeated; of the ticking thread alone. */
    private long ticked;

    private int repeats;
    private volatile boolean parity;
    private volatile long parityAt;
    private volatile int originUnsent;
    private volatile boolean heard;
    private boolean comparing;
    private boolean asked;
    private long askedAt;
    private volatile @Nullable Verification verification;

    TwinReceiver(Twin twin, Replies replies, ReceiveCounters counters, Clock clock) {
        this.twin = twin;
        this.replies = replies;
        this.counters = counters;
        this.clock = clock;
        this.parityAt = clock.nanos();
        this.appliedAt = parityAt;
    }

    Twin twin() {
        return twin;
    }

    /** Up to where the origin's stream is applied. */
    long applied() {
        return applied;
    }

    long incarnation() {
        return incarnation;
    }

    /** Whether the twin agreed with a heartbeat not long ago: one that stays away proves nothing. */
    boolean parity() {
        return parity && parityAgeNanos() < PROOF_NANOS;
    }

    long parityAgeNanos() {
        return clock.nanos() - parityAt;
    }

    /** Changes that the origin had not sent at its last heartbeat. */
    int originUnsent() {
        return originUnsent;
    }

    /** Whether anything was heard of the origin. */
    boolean heard() {
        return heard;
    }

    /** The origin is out of sight: nothing is proven any more. */
    void lost() {
        parity = false;
    }

    /** The answer for the origin when something was applied since the last one; null otherwise. */
    SyncMessage.@Nullable Progress progress() {
        return applied == acknowledged ? null : progressNow();
    }

    /** The answer that is due now: {@link #progress}, or the last one again, as it may have been lost. */
    SyncMessage.@Nullable Progress progressOfTick(boolean always) {
        if (applied != ticked) {
            ticked = applied;
            repeats = ANSWER_REPEATS;
            return progressNow();
        }
        repeats = Math.max(-1, repeats - 1);
        return always || repeats >= 0 ? progressNow() : null;
    }

    private SyncMessage.Progress progressNow() {
        long now = applied;
        acknowledged = now;
        return new SyncMessage.Progress(incarnation, now, parity(), twin.size(Kind.CONNTRACK));
    }

    long unacknowledged() {
        return applied - acknowledged;
    }

    /** Applies a piece, or drops it with a count. */
    void piece(SyncMessage.Batch piece, byte[] bytes) {
        if (piece.incarnation() < incarnation) {
            counters.staleIncarnation.increment();
            return;
        }
        if (piece.incarnation() > incarnation) {
            // The twin stays: what is still true need not travel again.
            incarnation = piece.incarnation();
            applied = piece.sequence() - 1;
            acknowledged = applied;
            parity = false;
            comparing = false;
        }
        if (piece.sequence() <= applied) {
            counters.outOfSequence.increment();
            return;
        }
        if (piece.sequence() != applied + 1) {
            counters.gaps.increment();
            parity = false;
        }
        heard = true;
        counters.pieces.increment();
        twin.lock();
        try {
            BatchReader.items(bytes, piece.from(), piece.length(), this);
        } catch (MalformedWireException malformed) {
            counters.malformed.increment();
            parity = false;
        } finally {
            twin.unlock();
        }
        applied = piece.sequence();
        appliedAt = clock.nanos();
    }

    @Override
    public void record(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException {
        counters.records.increment();
        twin.put(kind, bytes, from, length);
    }

    @Override
    public void removed(Kind kind, byte[] bytes, int from, int length) {
        counters.records.increment();
        twin.remove(kind, bytes, from, length);
    }

    @Override
    public void bucketBegins(Kind kind, int bucket) {
        twin.beginBucket(kind, bucket);
    }

    @Override
    public void bucketRecord(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException {
        twin.put(kind, bytes, from, length);
    }

    @Override
    public void bucketEnds(Kind kind, int bucket) {
        counters.repairs.increment();
        twin.endBucket(kind, bucket);
    }

    @Override
    public void heartbeat(Heartbeat heartbeat) {
        originUnsent = heartbeat.unsent();
        boolean agrees = twin.agrees(Kind.CONNTRACK, heartbeat.conntrackDigest(), heartbeat.conntracks())
                && twin.agrees(Kind.EXPECTATION, heartbeat.expectationDigest(), heartbeat.expectations());
        parity = agrees;
        if (agrees) {
            parityAt = clock.nanos();
            asked = false;
        } else {
            askForDigests(twin.hasRoomFor((long) heartbeat.conntracks() + heartbeat.expectations()));
        }
        replies.heartbeat(heartbeat);
    }

    private void askForDigests(boolean room) {
        long now = clock.nanos();
        // A twin that has no room for its origin's records would ask for ever, and get them all each time.
        if (!asked || now - askedAt > (room ? ASK_NANOS : ASK_FULL_NANOS)) {
            asked = true;
            askedAt = now;
            comparing = true;
            replies.send(new SyncMessage.DigestRequest(incarnation));
        }
    }

    @Override
    public void digests(Kind kind, int first, long[] digests) {
        Verification verifying = verification;
        if (!comparing && verifying == null) {
            return;
        }
        BitSet differing = twin.differing(kind, first, digests);
        boolean last = kind == Kind.EXPECTATION && first + digests.length == kind.buckets();
        // To compare is asked for before to replace, so that a repair takes nothing from the count.
        if (verifying != null) {
            verify(verifying, kind, first, digests.length, differing);
        }
        if (comparing && !differing.isEmpty()) {
            askedAt = clock.nanos();
            replies.send(new SyncMessage.BucketRequest(incarnation, kind, differing, false));
        }
        if (last) {
            comparing = false;
        }
    }

    private void verify(Verification verifying, Kind kind, int first, int count, BitSet differing) {
        switch (verifying.digests(kind, first, count)) {
            case IGNORE -> {}
            case ASK_AGAIN -> replies.send(new SyncMessage.DigestRequest(incarnation));
            case COUNT -> {
                if (!differing.isEmpty()) {
                    verifying.await(kind, differing);
                    replies.send(new SyncMessage.BucketRequest(incarnation, kind, differing, true));
                }
                verifying.finishIfComplete();
            }
        }
    }

    @Override
    public void bucketHashes(Kind kind, int bucket, long[] hashes) {
        Verification verifying = verification;
        if (verifying == null) {
            return;
        }
        Map<Long, Long> theirs = new HashMap<>();
        for (int i = 0; i + 1 < hashes.length; i += 2) {
            theirs.put(hashes[i], hashes[i + 1]);
        }
        int[] differences = {0};
        twin.bucketHashes(kind, bucket, (key, content) -> {
            Long their = theirs.remove(key);
            if (their == null || their != content) {
                differences[0]++;
            }
        });
        verifying.compared(kind, bucket, differences[0] + theirs.size());
        verifying.finishIfComplete();
    }

    @Override
    public void unknown() {
        counters.unknownKind.increment();
    }

    /** Begins a comparison that changes nothing; it takes the place of one that was begun before. */
    Verification verifyNow() {
        Verification begun = new Verification();
        verification = begun;
        replies.send(new SyncMessage.DigestRequest(incarnation));
        return begun;
    }

    /** Asks once more if nothing came of what was asked. */
    void verifyFurther(Verification begun) {
        if (begun.beginsAnew()) {
            replies.send(new SyncMessage.DigestRequest(incarnation));
        }
    }

    /** Nobody waits for a comparison any more. */
    void verifyNoMore() {
        verification = null;
    }

    /** Asks the origin for everything. */
    void askForAll() {
        for (Kind kind : Kind.values()) {
            BitSet all = new BitSet();
            all.set(0, kind.buckets());
            replies.send(new SyncMessage.BucketRequest(incarnation, kind, all, false));
        }
    }

    long appliedAgeNanos() {
        return clock.nanos() - appliedAt;
    }
}
