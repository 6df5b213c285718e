package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.control.ControlClient;
import org.conntwin.node.control.ControlException;
import org.conntwin.node.http.HttpException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.track.PacketState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole nodes on userspace tables, on the loopback network, without root. */
final class UserspaceNodesTest {
    private static final AtomicInteger PORTS = new AtomicInteger(27_900);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final int port = PORTS.getAndAdd(4);
    private final List<RunningNode> running = new ArrayList<>();

    private record Printed(int exitCode, String out, String err) {}

    @AfterEach
    void stop() {
        running.reversed().forEach(RunningNode::close);
    }

    private RunningNode start(int number, String sync)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        return start(number, sync, "\"ftp:tcp/21\"");
    }

    private RunningNode start(int number, String sync, String helpers)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        NodeConfig config = LoopbackConfig.of(
                number, port, socket(number), "sync: " + sync + "\nuserspace: {helpers: [" + helpers + "]}\n");
        RunningNode node = RunningNode.start(config, Surroundings.NONE, () -> {});
        running.add(node);
        return node;
    }

    private Path socket(int number) {
        return folder.resolve("fw" + number + ".sock");
    }

    private Printed feed(int number, @Nullable String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            int code = ControlClient.run(
                    socket(number),
                    List.of(arguments),
                    input == null ? null : new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                    out,
                    err);
            return new Printed(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (ControlException | IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private Printed run(int number, String... arguments) {
        return feed(number, null, arguments);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waiting until %s", what).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static UserspaceTable table(RunningNode node) {
        return node.userspaceTable().orElseThrow();
    }

    private static @Nullable Conntrack connection(RunningNode node, int port) {
        return table(node).find(Tuple.ipv4(Protocol.TCP, 0x0a000102, 0x0a000202, port, 80), Zone.DEFAULT);
    }

    private static TcpState state(@Nullable Conntrack entry) {
        return (TcpState) Objects.requireNonNull(Objects.requireNonNull(entry).state());
    }

    /** A connection in the middle of a conversation, its windows moved since the last event. */
    private static Gateway conversation(RunningNode node) {
        Gateway gateway = new Gateway(table(node));
        gateway.connect(5000);
        gateway.pass(Gateway.client(5000, 0, 0).payload(500));
        gateway.pass(Gateway.server(5000, 0, 500).payload(700));
        gateway.pass(Gateway.client(5000, 500, 700));
        return gateway;
    }

    /** Waits until a node has all of these that its peer owns: what was not announced yet is no difference. */
    private void awaitExternal(int number, int entries, int expectations) throws Exception {
        await("fw" + number + " has what its peer owns", () -> {
            String status = run(number, "status").out();
            return status.contains("entries: internal 0, external " + entries + ",")
                    && status.contains("expectations: internal 0, external " + expectations + ",");
        });
        await("parity at fw" + number, () -> run(number, "verify").exitCode() == 0);
    }

    @Test
    void windowsAreRestoredExactlyAndTrackedStrictlyAfterATakeover() throws Exception {
        RunningNode first = start(1, "{tcp-window: strict}");
        RunningNode second = start(2, "{tcp-window: strict}");
        conversation(first);
        TcpState told = state(connection(first, 5000));
        awaitExternal(2, 1, 0);
        await("the windows have come", () -> {
            run(2, "commit");
            return state(connection(second, 5000)).equals(told);
        });

        assertThat(run(2, "role", "active").out()).startsWith("committed 1 entries, 0 expectations");
        Gateway gateway = new Gateway(table(second));
        gateway.settle(5000, 500, 700);
        assertThat(gateway.pass(Gateway.server(5000, 700, 20_000))).isEqualTo(PacketState.INVALID);
        assertThat(gateway.pass(Gateway.client(5000, 40_000, 700).payload(10))).isEqualTo(PacketState.INVALID);
        assertThat(gateway.pass(Gateway.server(5000, 700, 500).payload(100))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(gateway.pass(Gateway.client(5000, 500, 800))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(run(2, "status").out())
                .contains("node fw2: active, table userspace")
                .contains("table 1");
    }

    @Test
    void liberalFlowsAreNotHeldToWindows() throws Exception {
        RunningNode first = start(1, "{}");
        RunningNode second = start(2, "{}");
        conversation(first);
        awaitExternal(2, 1, 0);

        run(2, "commit");
        assertThat(state(connection(second, 5000)).originalFlags() & TcpState.BE_LIBERAL)
                .isNotZero();
        Gateway gateway = new Gateway(table(second));
        assertThat(gateway.pass(Gateway.client(5000, 500, 700))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(gateway.pass(Gateway.client(5000, 40_000, 700).payload(10))).isEqualTo(PacketState.ESTABLISHED);
    }

    @Test
    void expectationsAreReplicatedCommittedAndFulfilledOnTheOtherNode() throws Exception {
        start(1, "{}");
        RunningNode second = start(2, "{}");
        assertThat(feed(
                                1,
                                "tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp\n",
                                "load")
                        .out())
                .isEqualTo("loaded 1 entries, updated 0, skipped 0\n");
        String line = "200 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=40000 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000"
                + " dport=21 class=0 helper=ftp";
        Printed added = run(1, "expect", "add", line);
        assertThat(added.exitCode()).as(added.err()).isZero();
        awaitExternal(2, 1, 1);

        assertThat(run(2, "role", "active").out()).startsWith("committed 1 entries, 1 expectations");
        assertThat(run(2, "expect", "list").out()).contains("dport=40000").contains("helper=ftp");
        Gateway gateway = new Gateway(table(second));
        assertThat(gateway.pass(Packets.tcp("10.0.2.2", 20, "10.0.1.2", 40_000).flags("S")))
                .isEqualTo(PacketState.RELATED);
        assertThat(run(2, "expect", "list").out()).isEmpty();
        await("the end of it is told", () -> run(2, "status").out().contains("expectations: internal 0"));
        assertThat(run(1, "expect", "delete", line).out()).isEqualTo("deleted 1 expectation\n");
    }

    @Test
    void keptExpectationsAreReplicatedAndCommittedAndLetFourPortsThroughOnTheOtherNode() throws Exception {
        String keep = "{helper: ftp, protocol: tcp, port: 21, keep: true, port-mask: 0xfffc}";
        RunningNode first = start(1, "{}", keep);
        RunningNode second = start(2, "{}", keep);
        ControlTalk talk = new ControlTalk(new Gateway(table(first)));
        talk.passive(30003);
        assertThat(talk.data(30003)).isEqualTo(PacketState.RELATED);
        String kept = "dport=30003 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65532"
                + " master-src=10.0.1.2 master-dst=10.0.2.2 sport=4000 dport=21 PERMANENT class=0 helper=ftp";
        await("it has come", () -> run(2, "dump", "external", "expect").out().contains(kept));
        String renewed = run(1, "expect", "list").out();
        Thread.sleep(1100);

        talk.passive(30003);
        assertThat(run(1, "expect", "list").out())
                .matches("(30|29) [^\n]*" + kept + "\n")
                .isNotEqualTo("");
        assertThat(renewed).contains(kept);
        await("both flows have come", () -> run(2, "status").out().contains("external 2"));
        assertThat(run(2, "commit").out()).startsWith("committed 2 entries, 1 expectations");
        assertThat(run(2, "expect", "list").out()).contains(kept);
        Gateway other = new Gateway(table(second));
        for (int dataPort : List.of(30002, 30003)) {
            assertThat(other.pass(Packets.tcp(Gateway.CLIENT, 6000, Gateway.SERVER, dataPort)
                            .flags("S")))
                    .isEqualTo(PacketState.RELATED);
        }

        run(1, "flush", "table", "expect");
        talk.passive(30002);
        await(
                "the other one has come",
                () -> run(2, "dump", "external", "expect")
                        .out()
                        .lines()
                        .toList()
                        .toString()
                        .matches("\\[[^,]*dport=30002 .*]"));
    }

    @Test
    void aDataConnectionAnnouncedBeforeTheFailureIsRelatedAfterItAndTheHelperReadsOn() throws Exception {
        RunningNode first = start(1, "{}");
        RunningNode second = start(2, "{}");
        ControlTalk talk = new ControlTalk(new Gateway(table(first)));
        talk.passive(30003);
        awaitExternal(2, 1, 1);
        first.close();
        running.remove(first);

        assertThat(run(2, "role", "active").out()).startsWith("committed 1 entries, 1 expectations");
        assertThat(run(2, "dump", "table").out()).contains("helper=ftp");
        talk.through(new Gateway(table(second)));
        assertThat(talk.data(30003)).isEqualTo(PacketState.RELATED);
        talk.passive(30009);
        assertThat(talk.data(30009)).isEqualTo(PacketState.RELATED);
        assertThat(run(2, "dump", "table").out().lines().filter(line -> line.contains("helper=ftp")))
                .hasSize(1);
    }

    /** A control connection of FTP from port 4000 on, which has been greeted. */
    private static final class ControlTalk {
        private Gateway gateway;
        private int said;
        private int from = 5000;

        ControlTalk(Gateway gateway) {
            this.gateway = gateway;
            gateway.pass(Packets.tcp(Gateway.CLIENT, 4000, Gateway.SERVER, 21)
                    .flags("S")
                    .seq(1000));
            gateway.pass(Packets.tcp(Gateway.SERVER, 21, Gateway.CLIENT, 4000)
                    .flags("SA")
                    .seq(5000)
                    .ack(1001));
            gateway.pass(Packets.tcp(Gateway.CLIENT, 4000, Gateway.SERVER, 21)
                    .flags("A")
                    .seq(1001)
                    .ack(5001));
            say("220 hello\r\n");
        }

        private void say(String line) {
            gateway.pass(Packets.tcp(Gateway.SERVER, 21, Gateway.CLIENT, 4000)
                    .flags("PA")
                    .seq(5001 + said)
                    .ack(1001)
                    .payload(line));
            said += line.length();
        }

        void passive(int port) {
            say("227 (10,0,2,2," + (port >>> 8) + "," + (port & 0xff) + ")\r\n");
        }

        PacketState data(int port) {
            return gateway.pass(
                    Packets.tcp(Gateway.CLIENT, from++, Gateway.SERVER, port).flags("S"));
        }

        /** Goes on through another firewall. */
        void through(Gateway other) {
            gateway = other;
        }
    }

    @Test
    void anExpectationThatCannotBeIsRefusedWithItsReason() throws Exception {
        start(1, "{}");
        feed(1, """
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                tcp 6 400 ESTABLISHED src=10.0.1.3 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp
                """, "load");
        String line = "60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=40000 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000"
                + " dport=21 PERMANENT class=0 helper=ftp";
        assertThat(run(1, "expect", "add", line).exitCode()).isZero();
        assertThat(run(1, "expect", "list").out()).matches("(60|59)" + line.substring(2) + "\n");
        assertThat(run(1, "expect", "list", "--json").out()).startsWith("{").contains("\"helper\":\"ftp\"");
        assertThat(run(1, "dump", "table", "expect").out())
                .isEqualTo(run(1, "expect", "list").out());

        assertRefused("add", line, "one for these addresses and ports is there already");
        assertRefused(
                "add",
                line.replace("40000", "1").replace("dport=21 ", "dport=22 "),
                "there is no connection with this master-src");
        assertRefused("add", line.replace("40000", "1").replace("dport=21 PER", "dport=80 PER"), "no helper");
        assertRefused("add", line.replace("40000", "1").replace("class=0", "class=1"), "no class=1");
        String overlapping = line.replace("mask-src=255.255.255.255", "mask-src=0.0.0.0")
                .replace("src=10.0.2.2 dst=10.0.1.2", "src=10.9.9.9 dst=10.0.1.2")
                .replace("master-src=10.0.1.2", "master-src=10.0.1.3");
        assertRefused("add", overlapping, "overlaps");
        assertRefused("delete", line.replace("40000", "2"), "no expectation for these");
        Printed wrong = run(1, "expect", "add", line.replace("class", "clas"));
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("unknown word \"clas=0\"");
    }

    private void assertRefused(String action, String line, String reason) {
        Printed refused = run(1, "expect", action, line);
        assertThat(refused.exitCode()).as(refused.out()).isEqualTo(1);
        assertThat(refused.err().strip().lines()).hasSize(1);
        assertThat(refused.err()).contains(reason);
    }

    @Test
    void everyCommandWorksOnTheTable() throws Exception {
        RunningNode only = start(1, "{}");
        String lines = """
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED] mark=7
                udp 17 20 src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=53 [UNREPLIED]
                nothing
                """;

        Printed loaded = feed(1, lines, "load");
        assertThat(loaded.out()).isEqualTo("loaded 2 entries, updated 0, skipped 1\n");
        assertThat(loaded.err()).contains("line 3");
        assertThat(feed(1, lines, "load").out()).isEqualTo("loaded 0 entries, updated 2, skipped 1\n");
        assertThat(run(1, "dump", "table").out().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("mark=7") && line.contains("[ASSURED]"));
        await(
                "the events are in",
                () -> run(1, "dump", "internal").out().lines().count() == 2);
        assertThat(run(1, "resync").out()).isEqualTo("read 2 records: added 0, updated 0, removed 0\n");
        assertThat(run(1, "status").out()).contains("entries: internal 2, external 0, table 2");
        assertThat(run(1, "stats", "events").out()).contains("tracker:").contains("inserted: 2");
        assertThat(run(1, "stats", "events", "--json").out()).contains("\"tracker\":{\"invalid\":0,\"inserted\":2");
        assertThat(run(1, "commit").out()).startsWith("committed 0 entries");
        assertThat(run(1, "flush", "table").out()).isEqualTo("flushed 2 entries, 0 expectations from the table\n");
        await("the end is in", () -> run(1, "dump", "internal").out().isEmpty());
        assertThat(table(only).count()).isZero();
    }

    @Test
    void entriesOfThePeerStandInTheTableAtOnceWithoutAnExternalCacheAndGoWithThem() throws Exception {
        RunningNode first = start(1, "{external-cache: false, tcp-window: strict}");
        RunningNode second = start(2, "{external-cache: false, tcp-window: strict}");
        conversation(first);
        await("it is there with its windows", () -> {
            Conntrack there = connection(second, 5000);
            return there != null && state(there).equals(state(connection(first, 5000)));
        });
        assertThat(run(2, "status").out()).contains("internal 0");
        run(1, "flush", "table");
        await("it is gone", () -> connection(second, 5000) == null);
    }

    @Test
    void aNodeThatStepsDownReleasesWhatNoPacketTouchedSince() throws Exception {
        RunningNode first = start(1, "{purge-after: 1s}");
        start(2, "{purge-after: 1s}");
        feed(1, """
                tcp 6 400 ESTABLISHED src=10.0.1.3 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                """, "load");
        awaitExternal(2, 2, 0);
        run(1, "role", "active");
        run(1, "role", "backup");
        new Gateway(table(first)).pass(Gateway.client(5000, 0, 0).payload(10));
        await("one is left", () -> table(first).count() == 1);
        assertThat(connection(first, 5000)).isNotNull();
    }
}
