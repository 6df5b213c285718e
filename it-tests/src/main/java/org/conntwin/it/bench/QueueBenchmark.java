package org.conntwin.it.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.LiveFirewalls;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.RoutedNetwork;

/**
 * Packets a second through one firewall: forwarded by the kernel alone; queued before and after routing to a small C
 * program that accepts whatever comes; queued the same way to a node that tracks them. A flood of small datagrams of one
 * flow, in turn, on one machine: sender, receiver and firewall share its processors.
 */
public final class QueueBenchmark {
    private static final int SECONDS = 4;
    private static final int ROUNDS = 3;
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final String QUEUED = """
            *mangle
            -A PREROUTING -i lan0 -p udp -j NFQUEUE --queue-num 0
            -A POSTROUTING -o wan0 -p udp -j NFQUEUE --queue-num 0
            COMMIT
            """;

    private final LiveFirewalls firewalls;
    private final Path program;

    private QueueBenchmark(LiveFirewalls firewalls) throws IOException {
        this.firewalls = firewalls;
        Path folder = firewalls.cluster().lab().directory();
        Path source = folder.resolve("queue.c");
        program = folder.resolve("queue");
        try (InputStream text = QueueBenchmark.class.getResourceAsStream("queue.c")) {
            if (text == null) {
                throw new LabException("queue.c is not on the class path");
            }
            Files.copy(text, source);
        }
        Command.of("gcc", "-O2", "-o", program.toString(), source.toString()).runOrThrow();
    }

    /** Runs all and prints a table. Needs root, iptables and gcc. */
    public static void main(String[] arguments) throws IOException {
        try (LiveFirewalls firewalls = LiveFirewalls.of(1)) {
            new QueueBenchmark(firewalls).run();
        }
    }

    private void run() {
        firewalls.assignTo(1);
        Namespace firewall = firewalls.cluster().firewall(1).namespace();
        System.out.println("packets/s       forwarded   C, accepts all   node, tracks");
        for (int round = 1; round <= ROUNDS; round++) {
            firewall.command("iptables-restore").withInput("*mangle\nCOMMIT\n").runOrThrow();
            long forwarded = measure();
            firewall.command("iptables-restore").withInput(QUEUED).runOrThrow();
            LabProcess accept = LabProcess.start(
                    firewalls.cluster().lab(), "C", firewall, List.of(program.toString(), "accept", "0"));
            accept.awaitFirstLine("READY", READY_LIMIT);
            long accepted = measure();
            accept.kill();
            LabProcess node = firewalls.start(1, "active", "{queue: 0}");
            measure(); // until the node's code is compiled
            long tracked = measure();
            node.kill();
            System.out.println(
                    String.format(Locale.ROOT, "round %d  %14d %16d %14d", round, forwarded, accepted, tracked));
        }
    }

    /** Datagrams a second that reach the server. */
    private long measure() {
        LabProcess counter = LabProcess.start(
                firewalls.cluster().lab(),
                "counter",
                firewalls.routed().server(),
                List.of(program.toString(), "count", String.valueOf(SECONDS)));
        counter.awaitFirstLine("READY", READY_LIMIT);
        firewalls.routed().client().exec(program.toString(), "send", RoutedNetwork.SERVER, String.valueOf(SECONDS - 1));
        // It ends by itself; its last line is what came.
        Awaitility.await()
                .atMost(Duration.ofSeconds(2 * SECONDS))
                .until(() -> counter.stdout().size() >= 2);
        return Long.parseLong(counter.stdout().getLast()) / (SECONDS - 1);
    }
}
