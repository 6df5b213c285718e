package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.ConntrackLimit;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.lab.SyncNetwork;
import org.junit.jupiter.api.Test;

/** The lab alone, without the product: if one of these fails, no other test says anything. */
@KernelLab
class LabIT {

    @Test
    void theLimitOfEntriesIsRaisedAndPutBack() throws IOException {
        Path limit = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");
        List<String> before = Files.readAllLines(limit);
        try (ConntrackLimit _ = ConntrackLimit.atLeast(3_000_000)) {
            assertThat(Long.parseLong(Files.readAllLines(limit).getFirst())).isGreaterThanOrEqualTo(3_000_000);
        }
        assertThat(Files.readAllLines(limit)).isEqualTo(before);
    }

    @Test
    void closingRemovesNamespacesAndProcesses() {
        String name;
        LabProcess sleeper;
        try (Lab lab = Lab.open()) {
            var namespace = lab.namespace("a");
            name = namespace.name();
            sleeper = LabProcess.start(lab, "sleeper", namespace, List.of("sleep", "600"));
            assertThat(Command.of("ip", "netns", "list").run().stdout()).contains(name);
            assertThat(Command.of("ip", "netns", "pids", name).run().lines())
                    .as("the process runs in the namespace under its own id")
                    .containsExactly(Long.toString(sleeper.pid()));
        }
        assertThat(sleeper.isAlive()).isFalse();
        assertThat(Command.of("ip", "netns", "list").run().stdout()).doesNotContain(name);
    }

    @Test
    void leftoversOfAKilledRunGoWhenTheNextLabOpens() {
        // No process has this id: it is the largest that Linux ever gives.
        String leftover = "conntwin-it-4194304-1-fw1";
        Command.of("ip", "netns", "add", leftover).runOrThrow();
        try (Lab _ = Lab.open()) {
            assertThat(Command.of("ip", "netns", "list").run().stdout()).doesNotContain(leftover);
        }
    }

    @Test
    void aCommandThatHangsIsEndedAtItsLimit() {
        assertThatThrownBy(() ->
                        Command.of("sleep", "60").within(Duration.ofMillis(200)).run())
                .isInstanceOf(LabException.class)
                .hasMessageContaining("did not end");
    }

    @Test
    void threeFirewallsReachOneAnotherUntilOneIsCutOff() {
        try (Lab lab = Lab.open()) {
            SyncNetwork network = SyncNetwork.build(lab, 3);
            assertThat(ping(network.firewall(1), network.firewall(3))).isTrue();
            network.cut(network.firewall(3));
            assertThat(ping(network.firewall(1), network.firewall(3))).isFalse();
            assertThat(ping(network.firewall(1), network.firewall(2))).isTrue();
            network.heal(network.firewall(3));
            assertThat(ping(network.firewall(1), network.firewall(3))).isTrue();
        }
    }

    private static boolean ping(Firewall from, Firewall to) {
        return from.namespace()
                        .command("ping", "-c", "1", "-W", "1", to.syncAddress())
                        .run()
                        .exitCode()
                == 0;
    }

    @Test
    void theClientReachesTheServerThroughWhoeverHoldsTheVirtualAddresses() {
        try (Lab lab = Lab.open()) {
            SyncNetwork network = SyncNetwork.build(lab, 2);
            RoutedNetwork routed = RoutedNetwork.around(lab, network.firewalls());
            network.firewalls().forEach(firewall -> firewall.namespace().ruleset(Rulesets.INSIDE_OUT));
            for (Firewall firewall : network.firewalls()) {
                routed.assignTo(firewall);
                routed.client().exec("ping", "-c", "1", "-W", "2", RoutedNetwork.SERVER);
                assertThat(firewall.kernel().entries()).anyMatch(line -> line.contains("src=" + RoutedNetwork.CLIENT));
                routed.takeFrom(firewall);
            }
            routed.assignTo(network.firewall(1));
            assertThat(routed.server()
                            .command("ping", "-c", "1", "-W", "1", RoutedNetwork.CLIENT)
                            .run()
                            .exitCode())
                    .as("nothing new comes in from outside")
                    .isNotZero();
        }
    }

    @Test
    void insertedEntriesAreListedAndReduced() {
        try (Lab lab = Lab.open();
                ConntrackLimit _ = ConntrackLimit.atLeast(300_000)) {
            KernelView kernel = new KernelView(lab.namespace("a"));
            kernel.insertAll(Entries.tcpLines(1_000));
            assertThat(kernel.count()).isEqualTo(1_000);
            kernel.flush();
            kernel.insert("-p tcp -s 10.1.0.1 -d 10.2.0.1 --sport 7 --dport 8 --state ESTABLISHED -t 900 "
                    + "-u SEEN_REPLY,ASSURED -w 3 -m 5");
            String expected = "tcp 6 ESTABLISHED src=10.1.0.1 dst=10.2.0.1 sport=7 dport=8 "
                    + "src=10.2.0.1 dst=10.1.0.1 sport=8 dport=7 [ASSURED] mark=5 zone=3";
            assertThat(EntryLine.reduced(kernel.entries())).containsExactly(expected);
            assertThat(EntryLine.reduced(kernel.plainEntries())).containsExactly(expected);
        }
    }
}
