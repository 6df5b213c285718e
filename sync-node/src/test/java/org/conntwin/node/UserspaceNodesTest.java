package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.UserspaceNodes.connection;
import static org.conntwin.node.UserspaceNodes.conversation;
import static org.conntwin.node.UserspaceNodes.state;
import static org.conntwin.node.UserspaceNodes.table;

import java.nio.file.Path;
import org.conntwin.node.UserspaceNodes.Printed;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole nodes on userspace tables: what travels, what is committed, and every command. */
final class UserspaceNodesTest {
    private final UserspaceNodes nodes;

    UserspaceNodesTest(@TempDir Path folder) {
        nodes = new UserspaceNodes(folder);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void windowsAreRestoredExactlyAndTrackedStrictlyAfterATakeover() throws Exception {
        RunningNode first = nodes.start(1, "{tcp-window: strict}");
        RunningNode second = nodes.start(2, "{tcp-window: strict}");
        conversation(first);
        TcpState told = state(connection(first, 5000));
        nodes.awaitExternal(2, 1, 0);
        await("the windows have come").atMost(UserspaceNodes.LONGEST).until(() -> {
            nodes.run(2, "commit");
            return state(connection(second, 5000)).equals(told);
        });

        assertThat(nodes.run(2, "role", "active").out()).startsWith("committed 1 entries, 0 expectations");
        Gateway gateway = new Gateway(table(second));
        gateway.settle(5000, 500, 700);
        assertThat(gateway.pass(Gateway.server(5000, 700, 20_000))).isEqualTo(PacketState.INVALID);
        assertThat(gateway.pass(Gateway.client(5000, 40_000, 700).payload(10))).isEqualTo(PacketState.INVALID);
        assertThat(gateway.pass(Gateway.server(5000, 700, 500).payload(100))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(gateway.pass(Gateway.client(5000, 500, 800))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(nodes.run(2, "status").out())
                .contains("node fw2: active, table userspace")
                .contains("table 1");
    }

    @Test
    void liberalFlowsAreNotHeldToWindows() throws Exception {
        RunningNode first = nodes.start(1, "{}");
        RunningNode second = nodes.start(2, "{}");
        conversation(first);
        nodes.awaitExternal(2, 1, 0);

        nodes.run(2, "commit");
        assertThat(state(connection(second, 5000)).originalFlags() & TcpState.BE_LIBERAL)
                .isNotZero();
        Gateway gateway = new Gateway(table(second));
        assertThat(gateway.pass(Gateway.client(5000, 500, 700))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(gateway.pass(Gateway.client(5000, 40_000, 700).payload(10))).isEqualTo(PacketState.ESTABLISHED);
    }

    @Test
    void everyCommandWorksOnTheTable() throws Exception {
        RunningNode only = nodes.start(1, "{}");
        String lines = """
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED] mark=7
                udp 17 20 src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=53 [UNREPLIED]
                nothing
                """;

        Printed loaded = nodes.feed(1, lines, "load");
        assertThat(loaded.out()).isEqualTo("loaded 2 entries, updated 0, skipped 1\n");
        assertThat(loaded.err()).contains("line 3");
        assertThat(nodes.feed(1, lines, "load").out()).isEqualTo("loaded 0 entries, updated 2, skipped 1\n");
        assertThat(nodes.run(1, "dump", "table").out().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("mark=7") && line.contains("[ASSURED]"));
        await("the events are in")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(1, "dump", "internal").out().lines().count() == 2);
        assertThat(nodes.run(1, "resync").out()).isEqualTo("read 2 records: added 0, updated 0, removed 0\n");
        assertThat(nodes.run(1, "status").out()).contains("entries: internal 2, external 0, table 2");
        assertThat(nodes.run(1, "stats", "events").out()).contains("tracker:").contains("inserted: 2");
        assertThat(nodes.run(1, "stats", "events", "--json").out())
                .contains("\"tracker\":{\"invalid\":0,\"inserted\":2");
        assertThat(nodes.run(1, "commit").out()).startsWith("committed 0 entries");
        assertThat(nodes.run(1, "flush", "table").out())
                .isEqualTo("flushed 2 entries, 0 expectations from the table\n");
        await("the end is in")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(1, "dump", "internal").out().isEmpty());
        assertThat(table(only).count()).isZero();
    }

    @Test
    void entriesOfThePeerStandInTheTableAtOnceWithoutAnExternalCacheAndGoWithThem() throws Exception {
        RunningNode first = nodes.start(1, "{external-cache: false, tcp-window: strict}");
        RunningNode second = nodes.start(2, "{external-cache: false, tcp-window: strict}");
        conversation(first);
        await("it is there with its windows").atMost(UserspaceNodes.LONGEST).until(() -> {
            Conntrack there = connection(second, 5000);
            return there != null && state(there).equals(state(connection(first, 5000)));
        });
        assertThat(nodes.run(2, "status").out()).contains("internal 0");
        nodes.run(1, "flush", "table");
        await("it is gone").atMost(UserspaceNodes.LONGEST).until(() -> connection(second, 5000) == null);
    }

    @Test
    void aNodeThatStepsDownReleasesWhatNoPacketTouchedSince() throws Exception {
        RunningNode first = nodes.start(1, "{purge-after: 1s}");
        nodes.start(2, "{purge-after: 1s}");
        nodes.feed(1, """
                tcp 6 400 ESTABLISHED src=10.0.1.3 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                """, "load");
        nodes.awaitExternal(2, 2, 0);
        nodes.run(1, "role", "active");
        nodes.run(1, "role", "backup");
        // What came at once may have been of packets before; what goes on speaks for its flow.
        Gateway gateway = new Gateway(table(first));
        await("one is left").atMost(UserspaceNodes.LONGEST).until(() -> {
            gateway.pass(Gateway.client(5000, 0, 0).payload(10));
            return table(first).count() == 1;
        });
        assertThat(connection(first, 5000)).isNotNull();
    }
}
