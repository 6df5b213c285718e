package org.conntwin.node.replication;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.fake.Contents;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.RoleName;
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
                .orElse(new PeerStatus(peer, false, RoleName.BACKUP, 0, 0, 0, 0, false, 0, false, 0));
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
        return Contents.of(cache);
    }

    static Map<String, String> contents(Twin twin) {
        return Contents.of(twin);
    }

    /** Whether this node's twin of the other is what the other owns. */
    boolean twins(TestPeer other) {
        return contents(twinOf(other.name)).equals(contents(other.internal));
    }

    @Override
    public void close() {
        replication.close();
    }
}
