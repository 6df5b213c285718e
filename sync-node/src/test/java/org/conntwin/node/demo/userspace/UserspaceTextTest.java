package org.conntwin.node.demo.userspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.TableKind;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.junit.jupiter.api.Test;

class UserspaceTextTest {
    private static final List<String> RECOVERY = List.of(
            "UPDATE SYN_RECV [ASSURED]",
            "UPDATE ESTABLISHED [ASSURED]",
            "UPDATE FIN_WAIT [ASSURED]",
            "UPDATE LAST_ACK [ASSURED]",
            "UPDATE TIME_WAIT [ASSURED]");

    @Test
    void shouldWriteNodeConfigurationsThatTheNodeAccepts() throws DemoException {
        SyncAddresses addresses = SyncAddresses.pick();
        String text = FirewallNode.configuration(
                "fw2", "backup", addresses, Path.of("/x/cluster.key"), Path.of("/x/fw2.sock"));
        assertThat(ConfigReader.parse(text, "fw2.yaml")).isInstanceOfSatisfying(ConfigResult.Valid.class, valid -> {
            NodeConfig config = valid.config();
            assertThat(config.table()).isEqualTo(TableKind.USERSPACE);
            assertThat(config.sync().tcpWindow()).isEqualTo(NodeConfig.TcpWindow.STRICT);
            assertThat(config.cluster().port()).isEqualTo(addresses.second());
            assertThat(config.cluster().members()).hasSize(2);
        });
    }

    @Test
    void shouldPickAnAddressOfItsOwnAndTwoPortsThatTheKernelGivesToNobodyByItself() throws DemoException {
        SyncAddresses one = SyncAddresses.pick();
        assertThat(one.host())
                .startsWith("127.")
                .isNotEqualTo(SyncAddresses.pick().host());
        assertThat(one.first()).isBetween(1_024, 32_767).isNotEqualTo(one.second());
        assertThat(one.second()).isLessThan(32_768);
    }

    @Test
    void shouldNameAConnectionByItsClientPortEveryFourthOverIpv6() {
        Set<Tuple> tuples = new HashSet<>();
        int ipv6 = 0;
        for (int port = 20_000; port < 24_000; port++) {
            Tuple tuple = Addressing.tcp(port, Addressing.STREAM_PORT);
            tuples.add(tuple);
            ipv6 += tuple.family() == Family.IPV6 ? 1 : 0;
        }
        assertThat(tuples).hasSize(4_000);
        assertThat(ipv6).isEqualTo(1_000);
    }

    @Test
    void shouldSlowTheFlowsDownWhenThereAreMany() {
        assertThat(Crowd.intervalMicros(new DemoOptions(100, "userspace", 1))).isEqualTo(75_000);
        assertThat(Crowd.intervalMicros(new DemoOptions(8_000, "userspace", 1))).isEqualTo(2_200_000);
    }

    @Test
    void shouldCallTheSecondActGoodOnlyWhenNothingWasLost() {
        assertThat(outcome(450, 450, 50, 0, 0).good()).isTrue();
        assertThat(outcome(0, 450, 50, 0, 0).good())
                .as("no entry in the wrong state proves nothing")
                .isFalse();
        assertThat(outcome(450, 449, 50, 0, 0).good()).isFalse();
        assertThat(outcome(450, 450, 49, 0, 0).good()).isFalse();
        assertThat(outcome(450, 450, 50, 1, 0).good()).isFalse();
        assertThat(outcome(450, 450, 50, 0, 1).good()).isFalse();
        for (List<String> wrong : List.of(
                List.<String>of(),
                RECOVERY.subList(0, 4),
                RECOVERY.reversed(),
                List.of("DESTROY [ASSURED]", "NEW SYN_SENT", "UPDATE SYN_RECV", "UPDATE ESTABLISHED [ASSURED]"))) {
            OutOfSyncAct.Outcome outcome = outcome(450, 450, 50, 0, 0, wrong);
            assertThat(outcome.good()).as("%s", wrong).isFalse();
            assertThat(outcome.text()).contains("instead of").contains("UPDATE LAST_ACK [ASSURED], UPDATE TIME_WAIT");
        }
        assertThat(outcome(450, 450, 50, 0, 0).text())
                .doesNotContain("instead of")
                .contains("450 entries at the takeover", "450 on the same ports, 450 succeeded", "UPDATE SYN_RECV");
    }

    private static OutOfSyncAct.Outcome outcome(int wrong, int succeeded, int survived, long invalid, long dropped) {
        return outcome(wrong, succeeded, survived, invalid, dropped, RECOVERY);
    }

    private static OutOfSyncAct.Outcome outcome(
            int wrong, int succeeded, int survived, long invalid, long dropped, List<String> events) {
        return new OutOfSyncAct.Outcome(
                Map.of("ESTABLISHED", wrong),
                50,
                survived,
                450,
                succeeded,
                0,
                invalid,
                dropped,
                Addressing.tcp(43_000, 80),
                events);
    }
}
