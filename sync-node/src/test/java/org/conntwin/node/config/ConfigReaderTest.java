package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.conntwin.node.config.NodeConfig.InitialRole;
import org.conntwin.node.config.NodeConfig.OnPeerLoss;
import org.conntwin.node.config.NodeConfig.TcpState;
import org.conntwin.node.config.NodeConfig.TcpWindow;
import org.conntwin.node.config.NodeConfig.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
    private static final String SMALL = """
            node: fw1
            cluster:
              name: edge
              bind-address: 10.9.9.1
              insecure: true
            """;

    @TempDir
    private Path folder;

    @Test
    void fillsInEveryDefaultOfASmallFile() {
        NodeConfig config = valid(SMALL);
        assertThat(config.node()).isEqualTo("fw1");
        assertThat(config.table()).isEqualTo(TableKind.KERNEL);
        assertThat(config.cluster().transport()).isEqualTo(Transport.MULTICAST);
        assertThat(config.cluster().multicastAddress().getHostAddress()).isEqualTo("239.192.77.1");
        assertThat(config.cluster().port()).isEqualTo(7600);
        assertThat(config.cluster().members()).isEmpty();
        assertThat(config.cluster().insecure()).isTrue();
        assertThat(config.sync().externalCache()).isTrue();
        assertThat(config.sync().expectations().includes("ftp")).isTrue();
        assertThat(config.sync().tcpWindow()).isEqualTo(TcpWindow.LIBERAL);
        assertThat(config.sync().filter()).isEqualTo(NodeConfig.Filter.NONE);
        assertThat(config.sync().purgeAfter()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.ha().initialRole()).isEqualTo(InitialRole.BACKUP);
        assertThat(config.ha().keepalivedFifo()).isNull();
        assertThat(config.ha().onPeerLoss()).isEqualTo(OnPeerLoss.NONE);
        assertThat(config.control().socket()).isEqualTo(Path.of("/run/conntwin/control.sock"));
        assertThat(config.http()).isNull();
        assertThat(config.userspace()).isNull();
    }

    @Test
    void readsTheCompleteExampleOfTheManual() throws IOException {
        NodeConfig config = valid(complete());
        assertThat(config.cluster().keyFile()).isEqualTo(Path.of("/etc/conntwin/cluster.key"));
        assertThat(config.cluster().members())
                .extracting(Endpoint::toString)
                .containsExactly("10.9.9.1:7600", "10.9.9.2:7600");
        assertThat(config.sync().filter().protocols()).containsExactlyInAnyOrder(6, 17, 1, 132, 47);
        assertThat(config.sync().filter().tcpStates())
                .contains(TcpState.FIN_WAIT)
                .hasSize(5);
        assertThat(config.ha().keepalivedFifo()).isEqualTo(Path.of("/run/conntwin/keepalived.fifo"));
        Userspace tracker = Objects.requireNonNull(config.userspace());
        assertThat(tracker.queue()).isEqualTo(new Userspace.Range(0, 0));
        assertThat(tracker.helpers()).containsExactly(new Userspace.Helper("ftp", 6, 21));
        assertThat(tracker.nat()).hasSize(3);
        assertThat(tracker.nat().getFirst().toPort()).isEqualTo(80);
        assertThat(tracker.synproxy().getFirst().wscale()).isEqualTo(7);
        assertThat(tracker.overload()).isEqualTo(Userspace.Overload.DEFAULT);
    }

    @Test
    void readsBackWhatItPrints() throws IOException {
        String everything = complete()
                .replace("queue: 0 ", "queue: 0-3 ")
                .replace("expectations: all", "expectations: [sip, ftp]")
                .replace("timeouts: linux", "tcp-established: 1h\n  udp: 31\n  timeouts: iptables-tutorial");
        NodeConfig config = valid(everything);
        assertThat(valid(ConfigPrinter.print(config))).isEqualTo(config);
        NodeConfig small = valid(SMALL);
        assertThat(valid(ConfigPrinter.print(small))).isEqualTo(small);
    }

    @Test
    void reportsEveryMistakeWithItsLineAndColumnInTheOrderOfTheFile() {
        assertThat(errors("""
                node: fw1
                tabel: kernel
                cluster:
                  name: edge
                  bind-address: 10.9.9.300
                  port: 76000
                  port: 7600
                  insecure: yes
                sync:
                  purge-after: soon
                  filter: {zones: [0, 65536], tcp-states: [OPEN]}
                http: on
                """))
                .containsExactly(
                        "fw.yaml:2:1: unknown key 'tabel'; did you mean 'table'?",
                        "fw.yaml:5:17: cluster.bind-address: expected an IPv4 or IPv6 address, found '10.9.9.300'",
                        "fw.yaml:6:9: cluster.port: 76000 is out of range; from 1 to 65535",
                        "fw.yaml:7:3: duplicate key 'cluster.port'",
                        "fw.yaml:8:13: cluster.insecure: expected true or false, found 'yes'",
                        "fw.yaml:10:16: sync.purge-after: expected a duration such as 60s, 5m, 2h or 5d, found 'soon'",
                        "fw.yaml:11:23: sync.filter.zones: 65536 is out of range; from 0 to 65535",
                        "fw.yaml:11:44: sync.filter.tcp-states: expected one of SYN_SENT, SYN_RECV, ESTABLISHED,"
                                + " FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, SYN_SENT2, found 'OPEN'",
                        "fw.yaml:12:7: http: expected keys with values, found 'on'");
    }

    @Test
    void namesTheKeygenCommandWhenNeitherKeyNorInsecureIsGiven() {
        assertThat(errors(SMALL.replace("  insecure: true\n", "")))
                .singleElement()
                .asString()
                .startsWith("fw.yaml:3:3: missing key 'cluster.key-file'")
                .contains("conntwin keygen FILE");
    }

    @Test
    void wantsExactlyOneOfKeyFileAndInsecure() {
        assertThat(errors(SMALL + "  key-file: /etc/key\n"))
                .containsExactly("fw.yaml:5:13: cluster.insecure: contradicts cluster.key-file; keep one of the two");
        assertThat(errors(SMALL.replace("insecure: true", "insecure: false"))).hasSize(1);
    }

    @Test
    void wantsExactlyOneOfAddressAndInterface() {
        assertThat(errors(SMALL + "  interface: eth0\n"))
                .singleElement()
                .asString()
                .contains("contradicts");
        assertThat(errors(SMALL.replace("  bind-address: 10.9.9.1\n", "")))
                .singleElement()
                .asString()
                .contains("'cluster.bind-address' or 'cluster.interface'");
        assertThat(valid(SMALL.replace("bind-address: 10.9.9.1", "interface: sync0"))
                        .cluster()
                        .bindInterface())
                .isEqualTo("sync0");
    }

    @Test
    void wantsMembersForTcp() {
        assertThat(errors(SMALL + "  transport: tcp\n"))
                .singleElement()
                .asString()
                .contains("cluster.members");
        assertThat(valid(SMALL + "  transport: tcp\n  members: [10.9.9.1, '10.9.9.2:7700', fd00::1, '[fd00::2]:7']\n")
                        .cluster()
                        .members())
                .extracting(Endpoint::toString)
                .containsExactly("10.9.9.1:7600", "10.9.9.2:7700", "[fd00::1]:7600", "[fd00::2]:7");
    }

    @Test
    void membersTakeThePortOfTheCluster() {
        assertThat(valid(SMALL + "  port: 99\n  members: [10.9.9.1]\n")
                        .cluster()
                        .members())
                .extracting(Endpoint::port)
                .containsExactly(99);
    }

    @ParameterizedTest
    @CsvSource({"60s,60", "5m,300", "2h,7200", "5d,432000", "45,45", "0,0"})
    void understandsDurations(String text, long seconds) {
        assertThat(valid(SMALL + "sync: {purge-after: " + text + "}").sync().purgeAfter())
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "60 s", "5w", "true", "[5]", "''", "99999999999s", "8d"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(errors(SMALL + "sync: {purge-after: " + text + "}")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "x", "10.0.0.0/", "7"})
    void refusesWhatIsNoPrefix(String text) {
        assertThat(errors(SMALL + "sync: {filter: {exclude-addresses: ['" + text + "']}}"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "a b", "a/b", "..", "42", "true", "[a]", "{a: b}", "~"})
    void refusesWhatIsNoName(String text) {
        assertThat(errors(SMALL.replace("fw1", text))).hasSize(1);
    }

    @Test
    void refusesANameOf65CharactersAndASocketPathOf107Bytes() {
        assertThat(errors(SMALL.replace("fw1", "a".repeat(65)))).hasSize(1);
        assertThat(valid(SMALL.replace("fw1", "a".repeat(64))).node()).hasSize(64);
        assertThat(errors(SMALL + "control: {socket: /" + "a".repeat(106) + "}"))
                .singleElement()
                .asString()
                .contains("106");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mark-shift: 26",
                "queue: 3-1",
                "queue: -1",
                "timeouts: bsd",
                "tcp-established: 0",
                "tcp-loose: 1",
                "out-of-sync: ignore",
                "max-entries: 0",
                "helpers: [ftp]",
                "helpers: ftp:tcp/21",
                "nat: [{kind: source, source: 10.0.1.0/24}]",
                "nat: [{kind: masquerade, to: 10.0.0.1}]",
                "nat: [{source: 10.0.1.0/24, to: 10.0.0.1}]",
                "nat: [{kind: source, to: 10.0.0.1, color: red}]",
                "nat: [{kind: destination, to: 10.0.0.1, port: 80}]",
                "synproxy: [{destination: 10.0.0.1}]",
                "synproxy: [{destination: 10.0.0.1, port: 80, wscale: 15}]",
                "overload: {adaptive-start: 0.9, adaptive-end: 0.8}",
                "overload: {adaptive-start: .nan}"
            })
    void checksTheUserspaceSection(String line) {
        assertThat(errors(SMALL + "userspace:\n  " + line + "\n")).hasSize(1);
    }

    @Test
    void namesTheIncompleteSyntaxOfABrokenFile() {
        assertThat(errors("node: [fw1\ncluster: x\n"))
                .singleElement()
                .asString()
                .startsWith("fw.yaml:2:")
                .contains("not YAML");
        assertThat(errors("node: a\n---\nnode: b\n")).singleElement().asString().contains("fw.yaml:2:1: not YAML");
        assertThat(errors("\tnode: a\n")).singleElement().asString().contains("not YAML");
        assertThat(errors("node: a\u0001b\n")).singleElement().asString().contains("not YAML");
    }

    @Test
    void saysAllThatIsWrongWithATab() {
        assertThat(errors("node:\n\ttable: kernel\n"))
                .singleElement()
                .asString()
                .contains("cannot start any token")
                .endsWith("(Do not use \\t(TAB) for indentation)");
    }

    @Test
    void aKeyGivenForAConfigurationIsNotPrinted() {
        String secret = "SvZW7Wc82QyGm0+3bq/Dk5hNn1fLr8VtXoEaUiYw2jj4=";
        for (String text :
                List.of("# a key\n" + secret + "\n", "cluster: " + secret, secret + ": 4", "node: " + secret)) {
            assertThat(errors(text))
                    .isNotEmpty()
                    .allSatisfy(error -> assertThat(error)
                            .doesNotContain(secret.substring(4, 16))
                            .doesNotContain(secret.substring(30)));
        }
        assertThat(errors(secret)).contains("fw.yaml:1:1: expected keys with values, found 'SvZW…'");
    }

    @Test
    void refusesAnEmptyFileAndOneThatIsNoMapping() {
        assertThat(errors("")).singleElement().asString().startsWith("fw.yaml: empty");
        assertThat(errors("- node\n")).first().asString().contains("fw.yaml:1:1: expected keys with values");
    }

    @Test
    @Timeout(20)
    void staysCalmWhenTheFileIsHostile() {
        assertThat(errors("[".repeat(ConfigReader.MAX_BYTES)))
                .singleElement()
                .asString()
                .contains("nested deeper");
        assertThat(errors("? ".repeat(100_000))).isNotEmpty();
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            many.append("key").append(i).append(": 1\n");
        }
        assertThat(errors(many.toString())).hasSize(ErrorList.LIMIT + 1);
        assertThat(errors("a: &a [*a]\nnode: *a\ncluster: &b {cluster: *b}\n")).isNotEmpty();
    }

    @Test
    void readsAFileOnlyWhenItIsSmallTextThatExists() throws IOException {
        Path file = folder.resolve("fw.yaml");
        assertThat(ConfigReader.read(file)).isInstanceOf(ConfigResult.Invalid.class);
        Files.writeString(file, SMALL);
        assertThat(ConfigReader.read(file)).isInstanceOf(ConfigResult.Valid.class);
        Files.write(file, new byte[] {'n', (byte) 0xff});
        assertThat(((ConfigResult.Invalid) ConfigReader.read(file)).errors())
                .singleElement()
                .asString()
                .endsWith("not UTF-8 text; save the file as UTF-8");
        Files.writeString(file, "#".repeat(ConfigReader.MAX_BYTES + 1));
        assertThat(((ConfigResult.Invalid) ConfigReader.read(file)).errors())
                .singleElement()
                .asString()
                .contains("larger than");
        assertThat(ConfigReader.read(folder)).isInstanceOf(ConfigResult.Invalid.class);
    }

    private static String complete() throws IOException {
        try (InputStream in = Objects.requireNonNull(ConfigReaderTest.class.getResourceAsStream("complete.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String withHa(String table, String ha) {
        return "node: fw1\ntable: " + table + "\ncluster: {name: edge, bind-address: 10.9.9.1, insecure: true}\nha:\n"
                + ha;
    }

    @Test
    void packetsWaitAsWritten() {
        NodeConfig config = valid(withHa("kernel", "  track-file: /run/x\n  hold: {queue: 7, packets: 9, time: 3s}\n"));
        assertThat(config.ha().trackFile()).isEqualTo(Path.of("/run/x"));
        assertThat(config.ha().hold()).isEqualTo(new NodeConfig.Hold(7, 9, Duration.ofSeconds(3)));
        assertThat(valid(ConfigPrinter.print(config))).isEqualTo(config);
        assertThat(valid(withHa("kernel", "  hold: {queue: 7}\n")).ha().hold())
                .isEqualTo(new NodeConfig.Hold(7, 4096, Duration.ofSeconds(2)));
    }

    @Test
    void aHoldThatCannotBeIsRefused() {
        assertThat(errors(withHa("kernel", "  hold: {packets: 9}\n")))
                .containsExactly("fw.yaml:5:9: missing key 'ha.hold.queue'");
        assertThat(errors(withHa("kernel", "  hold: {queue: 70000, packets: 0, time: 0s}\n")))
                .hasSize(3);
        assertThat(errors(withHa("userspace", "  hold: {queue: 7}\n")))
                .containsExactly("fw.yaml:5:3: ha.hold: only with table: kernel; leave it out with table: userspace");
    }

    private static NodeConfig valid(String text) {
        return switch (ConfigReader.parse(text, "fw.yaml")) {
            case ConfigResult.Valid(NodeConfig config) -> config;
            case ConfigResult.Invalid(List<ConfigError> errors) -> throw new AssertionError(errors);
        };
    }

    private static List<String> errors(String text) {
        return switch (ConfigReader.parse(text, "fw.yaml")) {
            case ConfigResult.Valid(NodeConfig config) -> throw new AssertionError("valid: " + config);
            case ConfigResult.Invalid(List<ConfigError> errors) ->
                errors.stream().map(ConfigError::toString).toList();
        };
    }
}
