package org.conntwin.node.role;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.proto.RoleName;

/** Nodes on one network; all end with it. */
final class TestNodes implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);

    final FakeNetwork network = new FakeNetwork(1);
    private final Deque<TestNode> nodes = new ArrayDeque<>();

    TestNode node(String name, RoleName role, Duration purgeAfter) {
        return node(name, role, purgeAfter, false);
    }

    TestNode node(String name, RoleName role, Duration purgeAfter, boolean through) {
        TestNode node = new TestNode(network, name, role, purgeAfter, through);
        nodes.push(node);
        return node;
    }

    static void awaitTwin(TestNode holder, String origin, int entries) {
        await().atMost(LONG)
                .until(() -> holder.replication.peers().stream()
                        .anyMatch(peer -> peer.name().equals(origin) && peer.parity() && peer.entries() == entries));
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        network.close();
    }
}
