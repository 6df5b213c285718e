package org.conntwin.node.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** Requests of the control socket with whatever arguments: each ends with an exit code, and a failure with a line. */
final class FuzzedArgumentsTest {
    private static final long ALLOCATION = 16 << 20;
    private static final int INPUTS_USUAL = 3_000;
    private static final List<String> SEEDS = List.of(
            "status\0--json",
            "stats\0network\0--json",
            "dump\0internal\0ct\0--format\0xml",
            "dump\0external\0expect\0--filter\0proto=tcp dport=80 src=10.0.0.0/8 state=ESTABLISHED zone=3 origin=fw1 mark=7",
            "commit\0all\0--strict",
            "role\0backup",
            "flush\0internal\0ct",
            "resync",
            "config-show",
            "load",
            "expect\0list\0--json",
            "expect\0add\0 60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=5001 mask-src=255.255.255.255"
                    + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2"
                    + " sport=40000 dport=21 class=0 helper=ftp");

    @Test
    void commandsEndWithACode() {
        try (TestNode node = new TestNode(new FakeNetwork(1), "fw1")) {
            Fuzz.run("arguments", Fuzz.texts(SEEDS), ALLOCATION, INPUTS_USUAL, input -> {
                List<String> arguments = List.of(new String(input, StandardCharsets.UTF_8).split("\0", -1));
                // It compares with peers for seconds, and there are none here.
                if (arguments.getFirst().isEmpty() || arguments.contains("verify")) {
                    return false;
                }
                TestNode.Printed printed = node.run(arguments, List.of("a line that is no entry"));
                if (printed.exitCode() < 0 || printed.exitCode() > 4) {
                    throw new AssertionError("exit code " + printed.exitCode());
                }
                if (printed.errors().stream().anyMatch(line -> line.contains("failed inside the node"))) {
                    throw new AssertionError(printed.errors().toString());
                }
                return printed.exitCode() == 0;
            });
        }
    }
}
