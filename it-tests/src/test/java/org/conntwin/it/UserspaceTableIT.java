package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Product;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes on userspace tables, as processes on the loopback network: no root, no namespace, no kernel module. Where this
 * runs as root, the nodes are started without any capability.
 */
@ExtendWith(FailureLogs.class)
@Waits
class UserspaceTableIT {
    private static final int ENTRIES = 10_000;
    private static final Duration READY_LIMIT = Duration.ofSeconds(15);
    private static final AtomicInteger PORTS = new AtomicInteger(28_300);

    private final int port = PORTS.getAndAdd(4);
    private final Product product = Product.ofThisBuild();
    private Lab lab;

    @BeforeEach
    void open() {
        lab = Lab.open();
        Command.of(product.command(List.of("keygen", file("cluster.key").toString())))
                .runOrThrow();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private Path file(String name) {
        return lab.directory().resolve(name);
    }

    private Path write(String name, List<String> lines) {
        try {
            return Files.write(file(name), lines);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path configuration(int number, String userspace) {
        return write("fw" + number + ".yaml", """
                node: fw%d
                table: userspace
                cluster:
                  name: lab
                  bind-address: 127.0.0.%d
                  transport: tcp
                  port: %d
                  members: [127.0.0.1, 127.0.0.2]
                  key-file: %s
                control: {socket: %s}
                userspace: %s
                """.formatted(
                number, number, port, file("cluster.key"), socket(number), userspace).lines().toList());
    }

    private Path socket(int number) {
        return file("fw" + number + ".sock");
    }

    private List<String> nodeCommand(Path configuration) {
        List<String> words = new ArrayList<>();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            words.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        }
        words.addAll(product.command(List.of("node", "--config", configuration.toString())));
        return words;
    }

    private LabProcess start(int number) {
        LabProcess process = LabProcess.start(
                lab, "node fw" + number, nodeCommand(configuration(number, "{helpers: [\"ftp:tcp/21\"]}")));
        double seconds = process.awaitFirstLine("READY fw" + number, READY_LIMIT);
        Stopwatch.figure("ready after %.1f s".formatted(seconds));
        return process;
    }

    private Control control(int number) {
        return new Control(product, socket(number));
    }

    private static List<String> entries() {
        List<String> lines = new ArrayList<>(IntStream.range(0, ENTRIES - 2)
                .mapToObj(i -> "tcp 6 80000 ESTABLISHED src=10.1.%d.%d dst=10.2.0.1 sport=%d dport=80 [ASSURED] mark=%d"
                        .formatted(i >> 8, i & 0xff, 1024 + i, i))
                .toList());
        lines.add("tcp 6 80000 ESTABLISHED src=10.3.0.1 dst=10.2.0.1 sport=5000 dport=21 [ASSURED] helper=ftp zone=3");
        lines.add("udp 17 80000 src=10.3.0.1 dst=10.2.0.1 sport=5000 dport=53 src=10.2.0.2 dst=10.9.0.1 sport=53"
                + " dport=6000 [ASSURED]");
        return lines;
    }

    /** A dump without what is left to live. */
    private static List<String> table(Control node) {
        return node.dump("table").stream()
                .map(line -> line.replaceFirst("^(\\S+ +\\d+) \\d+", "$1"))
                .sorted()
                .toList();
    }

    @Test
    void whatOneNodeHeldIsInTheOthersTableAfterItWasKilled() {
        LabProcess first = start(1);
        start(2);
        CommandResult loaded =
                control(1).done("load", write("entries", entries()).toString());
        assertThat(loaded.stdout()).isEqualTo("loaded 10000 entries, updated 0, skipped 0\n");
        await().atMost(Duration.ofSeconds(20)).until(() -> control(2).entries("external") == ENTRIES);
        await().atMost(Duration.ofSeconds(20)).until(() -> control(2).parity());
        List<String> before = table(control(1));
        assertThat(before).hasSize(ENTRIES);

        first.kill();
        CommandResult committed = control(2).done("commit");
        Stopwatch.figure(committed.stdout().strip());
        assertThat(committed.stdout())
                .startsWith("committed 10000 entries, 0 expectations")
                .contains("created 10000, updated 0, skipped 0, failed 0");
        assertThat(table(control(2))).isEqualTo(before);
        assertThat(control(2).done("commit").stdout()).contains("created 0, updated 10000");
        assertThat(control(2).done("role", "active").stdout()).contains("failed 0");
        assertThat(control(2).status().at("table").text()).isEqualTo("userspace");
        assertThat(control(2).stats("events").at("tracker").at("inserted").number())
                .isEqualTo(ENTRIES);

        start(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> control(1).entries("external") == ENTRIES);
        assertThat(control(2).done("flush", "table").stdout()).startsWith("flushed 10000 entries");
        await().atMost(Duration.ofSeconds(20)).until(() -> control(1).entries("external") == 0);
    }

    @Test
    void livePacketsNeedCapabilitiesWhichIsSaidInOneLine() {
        CommandResult refused = Command.of(nodeCommand(configuration(1, "{queue: 0}")))
                .within(READY_LIMIT)
                .run();

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errorLines()).singleElement().asString().contains("userspace.queue 0", "CAP_NET_ADMIN");
        assertThat(refused.stdout()).isEmpty();
    }
}
