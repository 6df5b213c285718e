package org.conntwin.node.replication;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.proto.BatchWriter;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MessageCodec;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.testing.Fuzz;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

/** A peer's messages, damaged behind the seal, into a twin that is being compared meanwhile. */
final class FuzzedStreamTest {
    private static final int SEEDS = 40;
    /** A message of at most 64 KiB, the slabs of a store that grows, and what a piece that asks for everything costs. */
    private static final long ALLOCATION = 8 << 20;

    private final RandomEntries entries = new RandomEntries(14);
    private long pieces;

    private static List<byte[]> controls() {
        BitSet some = new BitSet();
        some.set(5, 900);
        return List.of(
                MessageCodec.encode(
                        new SyncMessage.Hello(1, List.of("digests"), 7, 8, RoleName.ACTIVE, "kernel", true)),
                MessageCodec.encode(new SyncMessage.Progress(7, 3, true, 4)),
                MessageCodec.encode(new SyncMessage.DigestRequest(7)),
                MessageCodec.encode(new SyncMessage.BucketRequest(7, Kind.CONNTRACK, some, true)),
                MessageCodec.encode(new SyncMessage.VoteRequest(1, "fw3", 5, 6)),
                MessageCodec.encode(new SyncMessage.Vote(1, true)));
    }

    private byte[] piece(int bucket) {
        WireBuffer out = new WireBuffer(64);
        BatchWriter writer = new BatchWriter(out);
        WireBuffer entry = new WireBuffer(64);
        EntryCodec.encode(entries.entry(), entry);
        writer.begin(1, ++pieces);
        writer.record(Kind.CONNTRACK, entry.array(), 0, entry.length());
        writer.beginBucket(Kind.CONNTRACK, bucket, false);
        writer.bucketRecord(Kind.CONNTRACK, entry.array(), 0, entry.length());
        writer.endBucket();
        writer.beginBucket(Kind.EXPECTATION, bucket, true);
        writer.bucketHash(3, 4);
        writer.endBucket();
        writer.digest(Kind.CONNTRACK, new long[] {1, 2, 3}, 0, 3);
        writer.heartbeat(new Heartbeat(1, 2, 3, 4, 5, RoleName.BACKUP, 6));
        writer.end();
        return out.copy();
    }

    @Test
    void noMessageOfAPeerBreaksReplication() {
        List<byte[]> seeds = new ArrayList<>(controls());
        for (int i = 0; i < SEEDS; i++) {
            seeds.add(piece(i));
        }
        try (TestPeer peer = new TestPeer(new FakeNetwork(1), System::nanoTime, "fw1", 1)) {
            ReceivedMessages before = new ReceivedMessages();
            Fuzz.run("stream", seeds, ALLOCATION, input -> {
                peer.replication.received("fw2", input, 0, input.length);
                return before.accepted(peer.replication);
            });
            peer.external.twins().forEach(twin -> twin.flush(Kind.CONNTRACK));
        }
    }

    /** A message is accepted that was not counted as dropped. */
    private static final class ReceivedMessages {
        private long dropped;

        boolean accepted(Replication replication) {
            long now = replication.drops().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            boolean accepted = now == dropped;
            dropped = now;
            return accepted;
        }
    }
}
