package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.NodeSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that cannot start says why in one line and exits with the right code; nobody else is disturbed. */
@Waits
@KernelLab(programs = "setpriv")
class MisconfigurationIT {
    private static final int REFUSED = 1;
    private static final int BAD_CONFIGURATION = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private ClusterLab cluster;

    @BeforeEach
    void open() {
        cluster = ClusterLab.of(2);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private CommandResult node(int firewall, Path config) {
        return cluster.firewall(firewall)
                .namespace()
                .command(cluster.product().command(List.of("node", "--config", config.toString())))
                .within(LIMIT)
                .run();
    }

    private CommandResult nodeWith(String yaml) {
        return node(1, cluster.write("wrong.yaml", yaml));
    }

    private String goodYaml() {
        return cluster.settings(1).yaml();
    }

    private static void assertOneLine(CommandResult result, int exitCode, String... parts) {
        Stopwatch.figure(
                "exit %d: %s".formatted(result.exitCode(), result.stderr().strip()));
        List<String> words = result.errorLines().stream()
                .filter(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT.* (INFO|WARNING) .*"))
                .toList();
        assertThat(words).as("one line on stderr, the log aside").hasSize(1);
        assertThat(words.getFirst()).contains(parts).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(result.stdout()).doesNotContain("READY");
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }

    private static void assertPlace(CommandResult result) {
        assertThat(result.stderr()).as("line and column").containsPattern(":\\d+:\\d+|line \\d+.*column \\d+");
    }

    @Test
    void anUnknownKeyIsNamedWithItsPlace() {
        CommandResult result = nodeWith(goodYaml().replace("  expectations: all", "  expectatons: all"));
        assertOneLine(result, BAD_CONFIGURATION, "expectatons");
        assertPlace(result);
    }

    @Test
    void aBadAddressIsNamedWithItsPlace() {
        CommandResult result = nodeWith(goodYaml().replace(cluster.firewall(1).syncAddress(), "10.99.9.999"));
        assertOneLine(result, BAD_CONFIGURATION, "10.99.9.999");
        assertPlace(result);
    }

    @Test
    void configCheckReportsEveryErrorWithItsPlace() {
        Path file = cluster.write(
                "wrong.yaml",
                goodYaml().replace("  expectations: all", "  expectatons: all").replace("port: 7600", "port: 76000"));
        CommandResult result = Command.of(cluster.product().command(List.of("config", "check", file.toString())))
                .run();
        assertThat(result.exitCode()).isEqualTo(BAD_CONFIGURATION);
        List<String> all = (result.stdout() + result.stderr())
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        assertThat(all).anyMatch(line -> line.contains("expectatons")).anyMatch(line -> line.contains("76000"));
        Path good = cluster.write("good.yaml", goodYaml());
        assertThat(Command.of(cluster.product().command(List.of("config", "check", good.toString())))
                        .run()
                        .exitCode())
                .isZero();
    }

    @Test
    void aMissingFileIsNamed() {
        assertOneLine(node(1, cluster.lab().directory().resolve("absent.yaml")), BAD_CONFIGURATION, "absent.yaml");
    }

    @Test
    void aMissingInterfaceIsNamed() {
        String yaml = goodYaml().replace("bind-address: " + cluster.firewall(1).syncAddress(), "interface: nosuch0");
        assertOneLine(nodeWith(yaml), REFUSED, "nosuch0");
    }

    @Test
    void anAddressThatIsNotThisMachinesIsNamed() {
        String yaml = goodYaml().replace(cluster.firewall(1).syncAddress(), "10.99.9.77");
        assertOneLine(nodeWith(yaml), REFUSED, "10.99.9.77");
    }

    @Test
    void aMissingKeyFileIsNamed() {
        assertOneLine(nodeWith(goodYaml().replace("cluster.key", "absent.key")), REFUSED, "absent.key");
    }

    @Test
    void anUnwritableSocketPathIsNamed() {
        String socket = cluster.settings(1).socket().toString();
        assertOneLine(nodeWith(goodYaml().replace(socket, "/proc/nowhere/c.sock")), REFUSED, "/proc/nowhere");
    }

    @Test
    void aMissingCapabilityIsNamed() {
        Path config = cluster.write(cluster.settings(1));
        CommandResult result = cluster.firewall(1)
                .namespace()
                .command(cluster.product().command(List.of("node", "--config", config.toString())))
                .behind(List.of("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"))
                .within(LIMIT)
                .run();
        assertOneLine(result, REFUSED, "CAP_NET_ADMIN");
    }

    @Test
    void aSocketInUseIsNamedAndItsOwnerRunsOn() {
        cluster.start(1);
        NodeSettings other = cluster.settings(2);
        NodeSettings same = other.named("other", cluster.settings(1).socket());
        assertOneLine(
                node(2, cluster.write(same)),
                REFUSED,
                cluster.settings(1).socket().toString());
        assertThat(cluster.control(1).status().at("node").text()).isEqualTo("fw1");
    }

    @Test
    void aSocketLeftByAKilledNodeIsNoObstacle() {
        cluster.start(1);
        cluster.node(1).kill();
        assertThat(cluster.settings(1).socket()).exists();
        cluster.start(1);
        assertThat(cluster.control(1).status().at("node").text()).isEqualTo("fw1");
    }

    @Test
    void aSecondNodeWithTheSameNameIsRefusedAndTheFirstRunsOn() {
        cluster.start(1);
        cluster.kernel(1).insertAll(Entries.tcpLines(5));
        NodeSettings twin = cluster.settings(2).named("fw1", cluster.settings(2).socket());
        Path config = cluster.write("twin.yaml", twin.yaml());
        assertOneLine(node(2, config), REFUSED, "fw1");
        assertThat(cluster.node(1).isAlive()).isTrue();
        assertThat(cluster.control(1).entries("internal")).isEqualTo(5);
    }

    @Test
    void aCleanStopRemovesTheSocketAndExitsWithZero() {
        cluster.start(1);
        cluster.node(1).signal("TERM");
        assertThat(cluster.node(1).awaitExit(LIMIT)).isZero();
        assertThat(cluster.settings(1).socket()).doesNotExist();
        cluster.start(1);
        assertThat(cluster.control(1).run("stop").exitCode()).isZero();
        assertThat(cluster.node(1).awaitExit(LIMIT)).isZero();
        assertThat(cluster.settings(1).socket()).doesNotExist();
    }
}
