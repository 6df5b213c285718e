package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Prometheus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The shipped alert rules in a real Prometheus that scrapes real nodes, in trouble made for each alert. */
@Waits
@ExtendWith(FailureLogs.class)
class AlertsIT {
    private static final Path SERIES = Path.of("..", "deploy", "prometheus", "conntwin.rules.test.yml");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    /** More than a cache of the small heap takes. */
    private static final int ENTRIES = 260_000;

    private static final String SMALL_HEAP = "CONNTWIN_JAVA_OPTS=-Xms36m -Xmx36m -Xmn4m";

    private final Product product = Product.ofThisBuild();
    private final List<Integer> targets = new ArrayList<>();
    private Lab lab;

    @BeforeEach
    void open() {
        boolean installed = Prometheus.installed();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(installed).as("prometheus is installed").isTrue();
        }
        assumeTrue(installed, "alerts need the programs prometheus and promtool");
        lab = Lab.open();
        Command.of(product.command(List.of("keygen", file("key").toString()))).runOrThrow();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private Path file(String name) {
        return lab.directory().resolve(name);
    }

    /** Starts a node that Prometheus will scrape, and waits until it is ready. */
    private Control node(String name, String cluster, int address, int maxEntries, String... environment)
            throws IOException {
        int http = Prometheus.freePort();
        targets.add(http);
        Path config = Files.writeString(file(name + ".yaml"), """
                node: %s
                table: userspace
                cluster: {%s, bind-address: 127.0.0.%d, key-file: %s}
                control: {socket: %s}
                http: {address: "127.0.0.1:%d"}
                userspace: {max-entries: %d}
                """.formatted(
                        name, cluster, address, file("key"), file(name + ".sock"), http, maxEntries));
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(List.of(environment));
        words.addAll(product.command(List.of("node", "--config", config.toString())));
        LabProcess.start(lab, "node " + name, words).awaitFirstLine("READY " + name, Duration.ofSeconds(20));
        return new Control(product, file(name + ".sock"));
    }

    private Prometheus prometheus() {
        return Prometheus.start(lab, targets);
    }

    private static List<String> entries() {
        return IntStream.range(0, ENTRIES)
                .mapToObj(i -> "udp 17 80000 src=10.1.%d.%d dst=10.2.0.1 sport=%d dport=53 [ASSURED]"
                        .formatted(i >> 16, i >> 8 & 0xff, 1024 + (i & 0xff)))
                .toList();
    }

    @Test
    void eachAlertFiresWhereItsTroubleIs() throws IOException {
        int apart = Prometheus.freePort();
        String lonely = "name: apart, multicast-address: 239.192.77.9, port: ";
        Control one = node("a1", lonely + apart, 1, 1000);
        Control two = node("a2", lonely + Prometheus.freePort(), 2, 1000);
        String together = "name: pair, transport: tcp, members: [127.0.0.3, 127.0.0.4], port: " + Prometheus.freePort();
        Control full = node("s1", together, 3, 2 * ENTRIES);
        Control small = node("s2", together, 4, 1000, SMALL_HEAP);
        Prometheus prometheus = prometheus();
        await().atMost(Duration.ofSeconds(30)).until(() -> prometheus.scraped() == targets.size());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(prometheus.firing())
                        .doesNotContain("ConntwinTwoActives", "ConntwinTwinNotInParity", "ConntwinDown"));

        one.done("role", "active");
        two.done("role", "active");
        strangeDatagram(apart);
        full.done("load", Files.write(file("entries"), entries()).toString());
        await().atMost(Duration.ofSeconds(90)).until(() -> prometheus.firing().contains("ConntwinCacheFull"));
        small.done("commit");
        two.done("stop");

        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(prometheus.firing())
                        .contains(
                                "ConntwinCacheFull",
                                "ConntwinCommitFailures",
                                "ConntwinDown",
                                "ConntwinNoPeer",
                                "ConntwinStrangers",
                                "ConntwinTableNearLimit",
                                "ConntwinTwinNotInParity"));
    }

    @Test
    void twoNodesThatDoNotSeeEachOtherAndAreBothActiveAreTold() throws IOException {
        for (int number = 1; number <= 2; number++) {
            node(
                            "a" + number,
                            "name: apart, multicast-address: 239.192.77.9, port: " + Prometheus.freePort(),
                            number,
                            1000)
                    .done("role", "active");
        }
        Prometheus prometheus = prometheus();
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(
                        () -> assertThat(prometheus.firing()).containsExactly("ConntwinNoPeer", "ConntwinTwoActives"));
    }

    @Test
    void seriesOfEachTroubleMakeItsAlertAndNoOther() throws IOException {
        Set<String> alerts = ALERT.matcher(Files.readString(Prometheus.RULES))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(alerts).hasSizeGreaterThan(5);
        assertThat(alerts).allMatch(alert -> contains(SERIES, "alertname: " + alert));
        Command.of(List.of(Prometheus.tool(), "test", "rules", SERIES.toString()))
                .runOrThrow();
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void strangeDatagram(int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] bytes = new byte[200];
            for (int i = 0; i < 20; i++) {
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            }
        }
    }
}
