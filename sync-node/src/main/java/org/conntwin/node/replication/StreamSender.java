package org.conntwin.node.replication;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.BatchWriter;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.WireBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's stream, a piece a turn: changed records first, as they are at that moment, then what peers
 * asked for, and a heartbeat at intervals. It never waits for a stalled peer.
 */
final class StreamSender implements AutoCloseable {
    /** A longer piece gains nothing, even where the channel has no datagrams. */
    private static final int PIECE_MOST_BYTES = 16 * 1024;
    /** Room left for the record that fills a piece: most are shorter. */
    private static final int RECORD_BYTES = 64;

    private static final int DIGESTS_PER_PIECE = 128;
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;
    private static final long WINDOW_NANOS = 50_000_000L;
    private static final long LAST_NANOS = 500_000_000L;
    private static final long IDLE_NANOS = 100_000_000L;

    private final Identity identity;
    private final InternalCache cache;
    private final SyncChannel channel;
    private final SendWindow window;
    private final RepairRequests requests;
    private final Clock clock;
    private final WireBuffer buffer = new WireBuffer(64 * 1024);
    private final BatchWriter writer = new BatchWriter(buffer);
    private final LongAdder sentRecords = new LongAdder();
    private final LongAdder repairedBuckets = new LongAdder();
    private final LongAdder unacknowledged = new LongAdder();
    private final Worker worker;
    private final RecordVisitor[] announcers = {announcer(Kind.CONNTRACK), announcer(Kind.EXPECTATION)};

    private final int pieceBytes;
    private volatile boolean held;
    /** Whether the peers' answers are waited for: then changes need not wake anybody. */
    private volatile boolean full;

    private volatile boolean heartbeatWanted;
    private long incarnation;
    private volatile long sequence;
    private long heartbeatAt;
    /** Whether the last heartbeat told of changes that wait: the next piece without any takes that back. */
    private boolean saidUnsent;

    private @Nullable Kind digestKind;
    private int digestNext;
    private boolean repairsFirst;
    /** Records in the piece that is being built: digests and heartbeats are none. */
    private int records;

    StreamSender(
            Identity identity,
            InternalCache cache,
            SyncChannel channel,
            SendWindow window,
            RepairRequests requests,
            Turns turns) {
        this.identity = identity;
        this.cache = cache;
        this.channel = channel;
        this.window = window;
        this.requests = requests;
        this.clock = turns.clock();
        this.heartbeatAt = clock.nanos();
        this.pieceBytes = Math.min(PIECE_MOST_BYTES, channel.payloadBytes()) - RECORD_BYTES;
        this.worker = turns.worker("stream-sender", this::turn);
    }

    private RecordVisitor announcer(Kind kind) {
        return new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int since) {
                writer.record(kind, bytes, from, length);
                records++;
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {
                writer.removed(kind, bytes, from, length);
                records++;
            }
        };
    }

    void start() {
        worker.start();
    }

    /** Something may be there to send. Cheap; from any thread. */
    void wake() {
        if (!full) {
            worker.wake();
        }
    }

    /** The same; when the sender is idle, the calling thread sends, see {@link Worker#lend}. */
    void lend() {
        if (!full) {
            worker.lend();
        }
    }

    /** A peer answered, or the peers are others: there may be room for a further piece. */
    void proceed() {
        worker.wake();
    }

    /** While held, changes gather; heartbeats and repairs go on. */
    void hold(boolean hold) {
        held = hold;
        wake();
    }

    /** A heartbeat goes out with the next piece. */
    void heartbeatSoon() {
        heartbeatWanted = true;
        wake();
    }

    /** Adds what was counted; pieces are unacknowledged that were sent without retransmission, as a peer did not answer. */
    void count(Map<String, Long> all) {
        all.put("sentRecords", sentRecords.sum());
        all.put("sentUnacknowledged", unacknowledged.sum());
        all.put("repairedBucketsSent", repairedBuckets.sum());
    }

    /** The last piece of the stream that was sent. */
    long sequence() {
        return sequence;
    }

    private long turn() {
        full = false;
        if (!window.hasPeers()) {
            requests.clear();
            digestKind = null;
            announceToNobody();
            return IDLE_NANOS;
        }
        if (!window.open(clock.nanos())) {
            full = true;
            return WINDOW_NANOS;
        }
        return piece() ? 0 : IDLE_NANOS;
    }

    private void announceToNobody() {
        if (!held) {
            cache.settleAll();
        }
    }

    /** Builds and sends one piece; false when there was nothing to say. */
    private boolean piece() {
        Identity.Standing standing = identity.standing();
        if (standing.incarnation() != incarnation) {
            incarnation = standing.incarnation();
            sequence = 0;
            window.restart();
            heartbeatWanted = true;
        }
        long number = sequence + 1;
        records = 0;
        cache.lock();
        try {
            writer.begin(incarnation, number);
            // Neither a burst of changes nor a long repair starves the other.
            repairsFirst = !repairsFirst;
            if (repairsFirst) {
                repairs();
            }
            changes();
            if (!repairsFirst) {
                repairs();
            }
            heartbeat(standing);
        } finally {
            cache.unlock();
        }
        if (writer.items() == 0) {
            return false;
        }
        writer.end();
        sequence = number;
        sentRecords.add(records);
        long now = clock.nanos();
        Delivery delivery = window.anyStalled(now) ? Delivery.BEST_EFFORT : Delivery.RELIABLE;
        if (delivery == Delivery.BEST_EFFORT) {
            unacknowledged.increment();
        }
        window.sent(number, records, now);
        channel.multicast(buffer.array(), 0, buffer.length(), delivery);
        return true;
    }

    private boolean pieceFull() {
        return writer.length() >= pieceBytes;
    }

    private void changes() {
        if (held) {
            return;
        }
        for (Kind kind : Kind.values()) {
            boolean more = true;
            while (more && !pieceFull()) {
                more = cache.drainOne(kind, announcers[kind.number()]);
            }
        }
    }

    private void repairs() {
        digests();
        boolean any = false;
        while (!pieceFull()) {
            RepairRequests.Bucket bucket = requests.takeBucket();
            if (bucket == null) {
                // Whoever asked learns at once whether it was enough.
                heartbeatWanted |= any;
                return;
            }
            any = true;
            repairedBuckets.increment();
            bucket(bucket);
        }
        heartbeatWanted |= any && !requests.bucketsPending();
    }

    private void bucket(RepairRequests.Bucket bucket) {
        Kind kind = bucket.kind();
        writer.beginBucket(kind, bucket.number(), bucket.compareOnly());
        if (bucket.compareOnly()) {
            cache.bucketHashes(kind, bucket.number(), writer::bucketHash);
        } else {
            cache.announceBucket(kind, bucket.number(), new RecordVisitor() {
                @Override
                public void record(byte[] bytes, int from, int length, int since) {
                    writer.bucketRecord(kind, bytes, from, length);
                    records++;
                }

                @Override
                public void removed(byte[] bytes, int from, int length) {}
            });
        }
        writer.endBucket();
    }

    /** A run of digests a piece, from the first bucket of conntracks to the last of expectations. */
    private void digests() {
        if (digestKind == null && requests.takeDigests()) {
            digestKind = Kind.CONNTRACK;
            digestNext = 0;
        }
        Kind kind = digestKind;
        if (kind == null || pieceFull()) {
            return;
        }
        int end = Math.min(kind.buckets(), digestNext + DIGESTS_PER_PIECE);
        writer.digest(kind, cache.digests(kind), digestNext, end);
        digestNext = end;
        if (end == kind.buckets()) {
            digestNext = 0;
            digestKind = kind == Kind.CONNTRACK ? Kind.EXPECTATION : null;
        }
    }

    private void heartbeat(Identity.Standing standing) {
        long now = clock.nanos();
        int unsent = cache.unsent();
        boolean drained = saidUnsent && unsent == 0;
        if (!heartbeatWanted && !drained && now - heartbeatAt < HEARTBEAT_NANOS) {
            return;
        }
        heartbeatWanted = false;
        heartbeatAt = now;
        saidUnsent = unsent > 0;
        writer.heartbeat(new Heartbeat(
                cache.sum(Kind.CONNTRACK),
                cache.announced(Kind.CONNTRACK),
                cache.sum(Kind.EXPECTATION),
                cache.announced(Kind.EXPECTATION),
                unsent,
                standing.role(),
                standing.claim()));
    }

    /** Waits, not for long, until what changed is sent: a planned stop leaves nothing behind. */
    void lastWords() {
        long until = clock.nanos() + LAST_NANOS;
        wake();
        while (worker.works() && window.hasPeers() && cache.unsent() > 0 && clock.nanos() < until) {
            LockSupport.parkNanos(1_000_000L);
            worker.wake();
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
