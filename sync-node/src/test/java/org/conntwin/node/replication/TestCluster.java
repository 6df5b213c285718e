package org.conntwin.node.replication;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.time.Clock;

/** Peers on a network that loses, holds back and forges what it is told to. */
final class TestCluster implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);

    /** Heartbeats and repeated questions come five times as fast. */
    private final Clock clock = this::nanos;

    private final AtomicLong frozenAt = new AtomicLong();
    final FakeNetwork network = new FakeNetwork(7);
    private final Deque<TestPeer> peers = new ArrayDeque<>();

    private long nanos() {
        long frozen = frozenAt.get();
        return frozen == 0 ? System.nanoTime() * 5 : frozen;
    }

    /** No time passes for the peers, so no heartbeat comes, until {@link #thaw}. */
    void freeze() {
        frozenAt.set(clock.nanos());
    }

    void thaw() {
        frozenAt.set(0);
    }

    /** Starts one, with what its wall clock makes its first incarnation. */
    TestPeer peer(String name, long incarnation) {
        TestPeer peer = new TestPeer(network, clock, name, incarnation).start();
        peers.push(peer);
        return peer;
    }

    /** Ends one without a word to the others. */
    void kill(TestPeer peer) {
        network.kill(peer.name);
        peer.close();
        peers.remove(peer);
    }

    /** Waits until each has the twins of all others, and knows it. */
    static void awaitTwins(TestPeer... all) {
        for (TestPeer holder : all) {
            for (TestPeer origin : all) {
                if (holder != origin) {
                    await(holder.name + " has the twin of " + origin.name)
                            .atMost(LONG)
                            .until(() -> holder.status(origin.name).parity() && holder.twins(origin));
                }
            }
        }
    }

    @Override
    public void close() {
        peers.forEach(TestPeer::close);
        network.close();
    }
}
