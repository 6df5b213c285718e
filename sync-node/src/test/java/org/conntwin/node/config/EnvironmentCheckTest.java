package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentCheckTest {
    @TempDir
    private Path folder;

    @Test
    void findsNothingWrongWithLoopbackAndAWritableFolder() {
        assertThat(problems("bind-address: 127.0.0.1", "insecure: true", folder.resolve("new/c.sock")))
                .isEmpty();
        assertThat(problems("interface: lo", "insecure: true", folder.resolve("c.sock")))
                .isEmpty();
    }

    @Test
    void namesTheInterfaceThatDoesNotExist() {
        assertThat(problems("interface: nosuch0", "insecure: true", folder.resolve("c.sock")))
                .singleElement()
                .asString()
                .contains("nosuch0")
                .contains("ip link");
    }

    @Test
    void namesTheAddressThatIsNotLocal() {
        assertThat(problems("bind-address: 192.0.2.7", "insecure: true", folder.resolve("c.sock")))
                .singleElement()
                .asString()
                .contains("192.0.2.7");
    }

    @Test
    void reportsEveryProblemAtOnce() {
        assertThat(problems("interface: nosuch0", "key-file: " + folder.resolve("k"), folder.resolve("a/b/c.sock")))
                .hasSize(3);
    }

    @Test
    void saysWhichCapabilitiesLivePacketsNeed() throws IOException {
        Path status = folder.resolve("status");
        Files.writeString(status, "CapEff:\t0000000000001000\n");
        List<String> problems = new ArrayList<>();
        EnvironmentCheck.live(new Userspace.Range(0, 3), status, problems);
        assertThat(problems).singleElement().asString().contains("userspace.queue 0-3", "CAP_NET_RAW");
        Files.writeString(status, "CapEff:\t0000000000003000\n");
        problems.clear();
        EnvironmentCheck.live(new Userspace.Range(0, 3), status, problems);
        assertThat(problems).isEmpty();
    }

    @Test
    void namesWhatStandsInTheFifosPlace() throws IOException {
        Path file = Files.createFile(folder.resolve("fifo"));
        assertThat(problems(
                        "interface: lo",
                        "insecure: true",
                        folder.resolve("c.sock"),
                        "ha: {keepalived-fifo: " + file + ", track-file: " + folder + "}\n"))
                .satisfiesExactly(
                        fifo -> assertThat(fifo).contains(file + " is not a FIFO"),
                        track -> assertThat(track).contains(folder + " is not an ordinary file"));
        assertThat(EnvironmentCheck.isFifo(folder.resolve("missing"))).isFalse();
    }

    @Test
    void allOfTheLoopbackNetworkIsThisMachine() {
        assertThat(problems("bind-address: 127.0.0.9", "insecure: true", folder.resolve("c.sock")))
                .isEmpty();
    }

    @Test
    void readsTheCapabilityFromTheStatusFile() throws IOException {
        Path status = folder.resolve("status");
        Files.writeString(status, "Name:\tjava\nCapEff:\t000001ffffffffff\n");
        assertThat(EnvironmentCheck.capable(status)).isTrue();
        Files.writeString(status, "Name:\tjava\nCapEff:\t00000000a80425fb\n");
        assertThat(EnvironmentCheck.capable(status)).isFalse();
    }

    @Test
    void namesTheGroupThatDoesNotExist() {
        assertThat(unfit("bind-address: 127.0.0.1", "control: {group: no-such-group}\n"))
                .singleElement()
                .asString()
                .startsWith("control.group no-such-group does not exist")
                .contains("groupadd");
        assertThat(unfit("bind-address: 127.0.0.1", "control: {group: root}\n")).isEmpty();
    }

    @Test
    void namesTheMembersThatLackThisNode() {
        assertThat(unfit("transport: tcp, bind-address: 127.0.0.1, members: [127.0.0.2, 127.0.0.3]", ""))
                .singleElement()
                .asString()
                .contains("cluster.members has no address of this node; add 127.0.0.1");
        assertThat(unfit("transport: tcp, interface: lo, members: [192.0.2.1, 192.0.2.2]", ""))
                .singleElement()
                .asString()
                .startsWith("cluster.members has no address");
        assertThat(unfit("transport: tcp, bind-address: 127.0.0.2, members: [127.0.0.2, 127.0.0.3]", ""))
                .isEmpty();
        assertThat(unfit("transport: tcp, interface: lo, members: [127.0.0.1, 192.0.2.2]", ""))
                .isEmpty();
    }

    private static List<String> unfit(String cluster, String more) {
        String text = "node: n\ncluster: {name: c, insecure: true, " + cluster + "}\n" + more;
        return switch (ConfigReader.parse(text, "t")) {
            case ConfigResult.Valid(NodeConfig config) -> EnvironmentCheck.unfit(config);
            case ConfigResult.Invalid(List<ConfigError> errors) -> throw new AssertionError(errors);
        };
    }

    private static List<String> problems(String where, String key, Path socket) {
        return problems(where, key, socket, "");
    }

    private static List<String> problems(String where, String key, Path socket, String more) {
        String text = "node: n\ntable: userspace\ncluster: {name: c, " + where + ", " + key + "}\ncontrol: {socket: "
                + socket + "}\n" + more;
        return switch (ConfigReader.parse(text, "t")) {
            case ConfigResult.Valid(NodeConfig config) -> EnvironmentCheck.problems(config);
            case ConfigResult.Invalid(List<ConfigError> errors) -> throw new AssertionError(errors);
        };
    }
}
