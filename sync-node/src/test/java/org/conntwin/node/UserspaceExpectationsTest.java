package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.UserspaceNodes.table;

import java.nio.file.Path;
import java.util.List;
import org.conntwin.node.UserspaceNodes.Printed;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expectations of two whole nodes: replicated, committed, fulfilled, kept, refused. */
final class UserspaceExpectationsTest {
    private final UserspaceNodes nodes;

    UserspaceExpectationsTest(@TempDir Path folder) {
        nodes = new UserspaceNodes(folder);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void expectationsAreReplicatedCommittedAndFulfilledOnTheOtherNode() throws Exception {
        nodes.start(1, "{}");
        RunningNode second = nodes.start(2, "{}");
        assertThat(nodes.feed(
                                1,
                                "tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp\n",
                                "load")
                        .out())
                .isEqualTo("loaded 1 entries, updated 0, skipped 0\n");
        String line = "200 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=40000 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000"
                + " dport=21 class=0 helper=ftp";
        Printed added = nodes.run(1, "expect", "add", line);
        assertThat(added.exitCode()).as(added.err()).isZero();
        nodes.awaitExternal(2, 1, 1);

        assertThat(nodes.run(2, "role", "active").out()).startsWith("committed 1 entries, 1 expectations");
        assertThat(nodes.run(2, "expect", "list").out()).contains("dport=40000").contains("helper=ftp");
        Gateway gateway = new Gateway(table(second));
        assertThat(gateway.pass(Packets.tcp("10.0.2.2", 20, "10.0.1.2", 40_000).flags("S")))
                .isEqualTo(PacketState.RELATED);
        assertThat(nodes.run(2, "expect", "list").out()).isEmpty();
        await("the end of it is told")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(2, "status").out().contains("expectations: internal 0"));
        assertThat(nodes.run(1, "expect", "delete", line).out()).isEqualTo("deleted 1 expectation\n");
    }

    @Test
    void keptExpectationsAreReplicatedAndCommittedAndLetFourPortsThroughOnTheOtherNode() throws Exception {
        String keep = "{helper: ftp, protocol: tcp, port: 21, keep: true, port-mask: 0xfffc}";
        RunningNode first = nodes.start(1, "{}", keep);
        RunningNode second = nodes.start(2, "{}", keep);
        ControlTalk talk = new ControlTalk(new Gateway(table(first)));
        talk.passive(30003);
        assertThat(talk.data(30003)).isEqualTo(PacketState.RELATED);
        String kept = "dport=30003 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65532"
                + " master-src=10.0.1.2 master-dst=10.0.2.2 sport=4000 dport=21 PERMANENT class=0 helper=ftp";
        await("it has come")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(2, "dump", "external", "expect").out().contains(kept));
        assertThat(nodes.run(1, "expect", "list").out()).contains(kept);
        await("time passes")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> !nodes.run(1, "expect", "list").out().matches("(30|29) [^\n]*\n"));

        talk.passive(30003);
        assertThat(nodes.run(1, "expect", "list").out()).matches("(30|29) [^\n]*" + kept + "\n");
        await("both flows have come")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(2, "status").out().contains("external 2"));
        assertThat(nodes.run(2, "commit").out()).startsWith("committed 2 entries, 1 expectations");
        assertThat(nodes.run(2, "expect", "list").out()).contains(kept);
        Gateway other = new Gateway(table(second));
        for (int dataPort : List.of(30002, 30003)) {
            assertThat(other.pass(Packets.tcp(Gateway.CLIENT, 6000, Gateway.SERVER, dataPort)
                            .flags("S")))
                    .isEqualTo(PacketState.RELATED);
        }

        nodes.run(1, "flush", "table", "expect");
        talk.passive(30002);
        await("the other one has come")
                .atMost(UserspaceNodes.LONGEST)
                .until(() -> nodes.run(2, "dump", "external", "expect")
                        .out()
                        .lines()
                        .toList()
                        .toString()
                        .matches("\\[[^,]*dport=30002 .*]"));
    }

    @Test
    void aDataConnectionAnnouncedBeforeTheFailureIsRelatedAfterItAndTheHelperReadsOn() throws Exception {
        RunningNode first = nodes.start(1, "{}");
        RunningNode second = nodes.start(2, "{}");
        ControlTalk talk = new ControlTalk(new Gateway(table(first)));
        talk.passive(30003);
        nodes.awaitExternal(2, 1, 1);
        nodes.end(first);

        assertThat(nodes.run(2, "role", "active").out()).startsWith("committed 1 entries, 1 expectations");
        assertThat(nodes.run(2, "dump", "table").out()).contains("helper=ftp");
        talk.through(new Gateway(table(second)));
        assertThat(talk.data(30003)).isEqualTo(PacketState.RELATED);
        talk.passive(30009);
        assertThat(talk.data(30009)).isEqualTo(PacketState.RELATED);
        assertThat(nodes.run(2, "dump", "table").out().lines().filter(line -> line.contains("helper=ftp")))
                .hasSize(1);
    }

    @Test
    void anExpectationThatCannotBeIsRefusedWithItsReason() throws Exception {
        nodes.start(1, "{}");
        nodes.feed(1, """
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp
                tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=80 [ASSURED]
                tcp 6 400 ESTABLISHED src=10.0.1.3 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp
                """, "load");
        String line = "60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=40000 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000"
                + " dport=21 PERMANENT class=0 helper=ftp";
        assertThat(nodes.run(1, "expect", "add", line).exitCode()).isZero();
        assertThat(nodes.run(1, "expect", "list").out()).matches("(60|59)" + line.substring(2) + "\n");
        assertThat(nodes.run(1, "expect", "list", "--json").out())
                .startsWith("{")
                .contains("\"helper\":\"ftp\"");
        assertThat(nodes.run(1, "dump", "table", "expect").out())
                .isEqualTo(nodes.run(1, "expect", "list").out());

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
        assertRefused(
                "add", line.replace("40000", "1").replace("helper=ftp", "helper=tftp"), "master is ftp, not tftp");
        Printed over = nodes.run(1, "expect", "add", line.replace("40000", "1").replace("60 proto", "0 proto"));
        assertThat(over.exitCode()).isEqualTo(2);
        assertThat(over.err()).contains("1 or more");
        assertThat(nodes.run(1, "expect", "list").out()).hasLineCount(1).contains("dport=40000");
        Printed wrong = nodes.run(1, "expect", "add", line.replace("class", "clas"));
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("unknown word \"clas=0\"");
    }

    @Test
    void whatAnExpectationReplacesOrIsMadeToCoverIsSaid() throws Exception {
        nodes.start(1, "{}", "{helper: ftp, protocol: tcp, port: 21, port-mask: 0xfffc}");
        nodes.feed(
                1,
                "tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21 [ASSURED] helper=ftp\n",
                "load");
        String line = "60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=5000 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000"
                + " dport=21 class=0 helper=ftp";
        String wide = line.substring(2).replace("dport=65535", "dport=65532");
        assertThat(nodes.run(1, "expect", "add", line).out())
                .matches("added 1 expectation, with the mask of its table: \\d+" + wide + "\n");
        Printed second = nodes.run(1, "expect", "add", line.replace("dport=5000 ", "dport=6000 "));
        assertThat(second.out())
                .startsWith(
                        "added 1 expectation, which took the place of 1: its helper allows no more of a connection, with");
        assertThat(nodes.run(1, "expect", "delete", line.replace("dport=5000 ", "dport=6002 "))
                        .out())
                .matches("deleted 1 expectation, the one that covered it: \\d+"
                        + wide.replace("dport=5000 ", "dport=6000 ") + "\n");
    }

    private void assertRefused(String action, String line, String reason) {
        Printed refused = nodes.run(1, "expect", action, line);
        assertThat(refused.exitCode()).as(refused.out()).isEqualTo(1);
        assertThat(refused.err().strip().lines()).hasSize(1);
        assertThat(refused.err()).contains(reason);
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
}
