package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.conntwin.it.lab.FirewallPair;
import org.conntwin.it.lab.HowTo;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.PushProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The README's how-to for two firewalls does what it says, as it stands: every command of it runs, in order. So does every
 * block of the runbook.
 */
@KernelLab(programs = {"keepalived", "iptables-restore", "unshare"})
@Waits
class TwoNodeHowToIT {
    private static final String HEADING = "Two firewalls, step by step";
    private static final String USERSPACE = "Two firewalls whose nodes track";
    /** The first step of the takeover. */
    private static final String TAKEOVER = "/run/keepalived.pid";

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration RESTART = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(60);
    private static final int UDP_FLOWS = 5;
    private static final int TCP_FLOWS = 20;

    private final Product product = Product.ofThisBuild();
    private final Path checkout = folder(folder(product.launcher()));

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent(), "it lies in a folder");
    }

    private String readme() throws IOException {
        return Files.readString(checkout.resolve("README.md"));
    }

    private static void follow(FirewallPair pair, List<HowTo.Step> steps) {
        for (HowTo.Step step : steps) {
            for (int number : step.firewalls()) {
                pair.shell(number).run(step.commands(), STEP);
            }
        }
    }

    private static int first(List<HowTo.Step> steps, String words) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).commands().contains(words)) {
                return i;
            }
        }
        throw new LabException("no step says " + words);
    }

    @ParameterizedTest
    @ValueSource(strings = {HEADING, USERSPACE})
    void everyCommandRunsInOrderAndConnectionsOutliveItsTakeovers(String heading) throws IOException {
        List<HowTo.Step> steps = HowTo.of(readme(), heading).steps();
        int takeover = first(steps, TAKEOVER);
        try (Lab lab = Lab.open()) {
            FirewallPair pair = new FirewallPair(lab, checkout);
            follow(pair, steps.subList(0, takeover));
            secondsUntil("fw1 has the addresses", SOON, () -> pair.hasAddresses(1));
            LabProcess client = traffic(lab, pair);

            follow(pair, steps.subList(takeover, takeover + 2));
            secondsUntil("fw2 has the addresses", SOON, () -> pair.hasAddresses(2));
            assertThat(pair.hasAddresses(1)).isFalse();

            follow(pair, steps.subList(takeover + 2, steps.size()));
            secondsUntil("fw1 has the addresses again", SOON, () -> pair.hasAddresses(1));
            String flows = end(client);
            figure(heading + ", there and back: " + flows);
            assertThat(flows).contains("tcp=" + TCP_FLOWS + " ", " broken=0 ");
            assertThat(number(flows, "lost") * 50)
                    .as("one packet in fifty at most")
                    .isLessThan(number(flows, "sent"));
        }
    }

    private LabProcess traffic(Lab lab, FirewallPair pair) {
        LabProcess server =
                LabProcess.start(lab, "server", pair.server(), Programs.command(product, PushProgram.class, "server"));
        server.awaitFirstLine("serving", SOON);
        LabProcess client = LabProcess.start(
                lab,
                "client",
                pair.client(),
                Programs.command(product, PushProgram.class, "client", FirewallPair.SERVER));
        client.awaitFirstLine("ready", SOON);
        client.say("open old " + UDP_FLOWS + " " + TCP_FLOWS);
        secondsUntil("flows are open", SOON, () -> client.stdout().contains("opened old"));
        return client;
    }

    private static int number(String flows, String name) {
        return Integer.parseInt(flows.replaceAll(".* " + name + "=(\\d+) .*", "$1"));
    }

    private static String end(LabProcess client) {
        client.say("stop");
        client.awaitExit(Duration.ofSeconds(40));
        return client.stdout().stream()
                .filter(line -> line.startsWith("old udp="))
                .findFirst()
                .orElse("nothing");
    }

    /** Its table ends with it: the peer has to be faster than the service manager, to which the README gives 10 s. */
    @Test
    void aNodeThatTracksAndDiesIsStartedAgainWhenItsPeerHasTakenOver() throws IOException {
        List<HowTo.Step> steps = HowTo.of(readme(), USERSPACE).steps();
        try (Lab lab = Lab.open()) {
            FirewallPair pair = new FirewallPair(lab, checkout);
            follow(pair, steps.subList(0, first(steps, TAKEOVER)));
            secondsUntil("fw1 has the addresses", SOON, () -> pair.hasAddresses(1));
            LabProcess client = traffic(lab, pair);
            pair.shell(2).run("until conntwin verify; do sleep 1; done", STEP);

            pair.shell(1).run("kill -9 $(jobs -p)", STEP);
            double seconds = secondsUntil("fw2 has the addresses", RESTART, () -> pair.hasAddresses(2));
            figure("a node that tracks is killed: the other one has the addresses after %.1f s".formatted(seconds));

            pair.shell(1).run("""
                    conntwin node --config /etc/conntwin/node.yaml &
                    until conntwin verify 2>/dev/null; do sleep 1; done
                    until conntwin status | grep 'fw1: active'; do sleep 1; done
                    """, STEP);
            secondsUntil("fw1 has the addresses again", SOON, () -> pair.hasAddresses(1));
            String flows = end(client);
            figure("a node that tracks is killed and comes back: " + flows);
            assertThat(flows).contains("tcp=" + TCP_FLOWS + " ", " broken=0 ");
        }
    }

    @Test
    void everyBlockOfTheRunbookRunsAndConnectionsOutliveThemAll() throws IOException {
        String runbook = Files.readString(checkout.resolve("deploy/RUNBOOK.md"));
        List<HowTo.Step> steps = HowTo.of(readme(), HEADING).steps();
        try (Lab lab = Lab.open()) {
            FirewallPair pair = new FirewallPair(lab, checkout);
            follow(pair, steps.subList(0, first(steps, TAKEOVER)));
            LabProcess client = traffic(lab, pair);
            for (String section : List.of(
                    "Failover drill", "Planned switchover", "Upgrade", "Key rotation", "Replacing the backup")) {
                follow(pair, HowTo.of(runbook, section).steps());
                assertThat(pair.hasAddresses(1))
                        .as("fw1 is in charge after: " + section)
                        .isTrue();
                assertThat(pair.hasAddresses(2))
                        .as("fw2 is not, after: " + section)
                        .isFalse();
            }
            String flows = end(client);
            figure("the runbook's sections: " + flows);
            assertThat(flows).contains("tcp=" + TCP_FLOWS + " ", " broken=0 ");
        }
    }

    @Test
    void aCommandThatFailsFailsItsStep() {
        try (Lab lab = Lab.open()) {
            FirewallPair pair = new FirewallPair(lab, checkout);
            assertThatThrownBy(() -> follow(pair, List.of(new HowTo.Step(List.of(2), "false\ntrue\n"))))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("failed: false");
        }
    }

    @Test
    void itsFilesStayItsOwn() {
        try (Lab lab = Lab.open()) {
            FirewallPair pair = new FirewallPair(lab, checkout);
            String file = "conntwin-of-" + ProcessHandle.current().pid();
            assertThat(pair.shell(1).run("touch /etc/" + file + " /run/" + file + "; ls /etc /run", SOON))
                    .contains(file);
            assertThat(pair.shell(2).run("ls /etc /run", SOON)).doesNotContain(file);
            assertThat(Path.of("/etc", file)).doesNotExist();
            assertThat(Path.of("/run", file)).doesNotExist();
        }
    }

    @Test
    void commandsWithoutAPlaceAreNotFollowed() {
        assertThatThrownBy(() -> HowTo.of("\n## A\n\nSome words.\n\n```sh\nreboot\n```\n", "A"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("reboot");
        assertThat(HowTo.of(
                                "\n## A\n\n1. One\n\n   On both:\n\n   ```sh\n   a <<X\n     b\n   X\n   ```\n\n## B\n",
                                "A")
                        .steps())
                .containsExactly(new HowTo.Step(List.of(1, 2), "a <<X\n  b\nX\n"));
    }
}
