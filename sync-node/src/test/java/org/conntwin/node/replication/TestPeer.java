package org.conntwin.node.replication;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.WireRecord;
import org.conntwin.tracker.table.EventKind;

/** One node of a test cluster: its caches and its replication, nothing else. */
final class TestPeer implements AutoCloseable {
    final String name;
    final InternalCache internal;
    final ExternalCache external;
    final Identity identity;
    final Replication replication;
    final List<String> claims = new CopyOnWriteArrayList<>();

    TestPeer(FakeNetwork network, Clock clock, String name, long incarnation) {
        this.name = name;
        internal = new InternalCache(clock, 1_000_000);
        external = new ExternalCache(clock, 1_000_000, false);
        identity = new Identity(name, "kernel", new Identity.Standing(RoleName.BACKUP, incarnation, 0));
        replication = new Replication(
                identity,
                internal,
                external,
                listener -> network.open(name, listener),
                (peer, role, claim) -> claims.add(peer + " " + role + " " + claim),
                () -> {},
                Turns.threads(clock));
    }

    TestPeer start() {
        try {
            replication.start();
        } catch (ChannelException impossible) {
            throw new AssertionError(impossible);
        }
        return this;
    }

    Twin twinOf(String origin) {
        Twin twin = external.twin(origin);
        if (twin == null) {
            throw new AssertionError("no twin of " + origin);
        }
        return twin;
    }

    PeerStatus status(String peer) {
        return replication.peers().stream()
                .filter(status -> status.name().equals(peer))
                .findFirst()
                .orElse(new PeerStatus(peer, false, RoleName.BACKUP, 0, 0, 0, 0, false, 0));
    }

    void own(int firstFlow, int endFlow) {
        for (int flow = firstFlow; flow < endFlow; flow++) {
            internal.event(EventKind.NEW, Flows.flow(flow));
        }
        replication.wake();
    }

    /** Random events on flows 0 to {@code flows}. */
    void change(Random random, int events, int flows) {
        for (int event = 0; event < events; event++) {
            int flow = random.nextInt(flows);
            switch (random.nextInt(6)) {
                case 0, 1 -> internal.event(EventKind.DESTROY, Flows.flow(flow));
                case 2 -> internal.event(EventKind.NEW, Flows.expectation(flow % 500, random.nextInt(4), "sip"));
                case 3 -> internal.event(EventKind.DESTROY, Flows.expectation(flow % 500));
                default -> internal.event(EventKind.NEW, Flows.anyState(flow, random));
            }
            if (event % 64 == 0) {
                replication.wake();
            }
        }
        replication.wake();
    }

    /** Content without timers, by kind and key. */
    static Map<String, String> contents(InternalCache cache) {
        Contents contents = new Contents();
        for (Kind kind : Kind.values()) {
            contents.kind = kind;
            for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                cache.bucket(kind, bucket, contents);
            }
        }
        return contents.records;
    }

    static Map<String, String> contents(Twin twin) {
        Contents contents = new Contents();
        for (Kind kind : Kind.values()) {
            contents.kind = kind;
            for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                twin.bucket(kind, bucket, contents);
            }
        }
        return contents.records;
    }

    /** Whether this node's twin of the other is what the other owns. */
    boolean twins(TestPeer other) {
        return contents(twinOf(other.name)).equals(contents(other.internal));
    }

    private static final class Contents implements RecordVisitor {
        private final Map<String, String> records = new HashMap<>();
        private Kind kind = Kind.CONNTRACK;

        @Override
        public void record(byte[] bytes, int from, int length, int since) {
            try {
                int content = WireRecord.contentStart(bytes, from, length);
                int key = WireRecord.keyStart(bytes, content);
                int keyLength = WireRecord.keyLength(bytes, content, from + length);
                records.put(
                        kind + Arrays.toString(Arrays.copyOfRange(bytes, key, key + keyLength)),
                        Arrays.toString(Arrays.copyOfRange(bytes, content, from + length)));
            } catch (MalformedWireException unreadable) {
                throw new AssertionError(unreadable);
            }
        }

        @Override
        public void removed(byte[] bytes, int from, int length) {}
    }

    @Override
    public void close() {
        replication.close();
    }
}
