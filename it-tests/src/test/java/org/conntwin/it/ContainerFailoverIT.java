package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.conntwin.it.containers.ContainerEngine;
import org.conntwin.it.containers.ContainerLab;
import org.conntwin.it.containers.FirewallContainer;
import org.conntwin.it.containers.Link;
import org.conntwin.it.containers.TrafficReport;
import org.conntwin.it.lab.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Firewalls in containers fail under live traffic, keepalived moves the addresses, the nodes follow. The policy lets no
 * packet pass of a flow that the table does not know, so what lives on was committed.
 */
@ExtendWith(ContainerLabCondition.class)
@TestMethodOrder(OrderAnnotation.class)
class ContainerFailoverIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LATER = Duration.ofSeconds(45);
    private static final int TCP_FLOWS = 20;
    private static final int UDP_FLOWS = 5;

    private static ContainerLab lab;

    @RegisterExtension
    private static final Logs LOGS = new Logs();

    @BeforeAll
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    static void twoFirewallsUnderTraffic() {
        ContainerEngine.buildImage();
        lab = ContainerLab.start();
        whole();
        lab.traffic().probe();
    }

    /** The logs of a failed scenario, while its containers stand. */
    private static final class Logs implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException().isPresent() && lab != null) {
                System.out.println(lab.logs());
            }
        }
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void firstIsActiveAndAllAreWhole() {
        whole();
    }

    /** Starts what does not run, and waits until the first firewall has the flows and each other one a copy. */
    private static void whole() {
        for (FirewallContainer firewall : lab.firewalls()) {
            if (!firewall.container().isRunning()
                    || firewall.container().isPaused()
                    || firewall.container().links().size() < Link.values().length) {
                firewall.again();
            }
        }
        secondsUntil("the first is active", LATER, () -> isActive(first()));
        for (FirewallContainer firewall : lab.firewalls()) {
            if (firewall != first()) {
                awaitBackup(firewall);
            }
        }
    }

    private static FirewallContainer first() {
        return lab.firewall(1);
    }

    private static FirewallContainer second() {
        return lab.firewall(2);
    }

    private static boolean isActive(FirewallContainer firewall) {
        return firewall.hasAddresses() && firewall.role().equals("active");
    }

    private static void awaitBackup(FirewallContainer firewall) {
        secondsUntil(
                firewall.name() + " is a trusted backup",
                LATER,
                () -> !firewall.hasAddresses()
                        && firewall.role().equals("backup")
                        && firewall.track().equals("0"));
    }

    private static void awaitActive(FirewallContainer firewall) {
        secondsUntil(firewall.name() + " is active", LATER, () -> isActive(firewall));
    }

    /** Opens a group of flows, with an announced data connection, and waits until the backups have them. */
    private static void open(String group, FirewallContainer... backups) {
        lab.traffic().open(group, TCP_FLOWS, UDP_FLOWS);
        lab.traffic().ftp(group);
        for (FirewallContainer backup : backups) {
            secondsUntil(backup.name() + " has a copy", SOON, backup::parity);
        }
        lab.traffic().mark();
    }

    /** Every flow of a group lives, its data connections pass as related; closes it. */
    private static void lives(String what, String group, FirewallContainer now, String more) {
        TrafficReport report = lab.traffic().report(group);
        long related = now.counted("related");
        String fetched = lab.traffic().fetch(group);
        List<String> control = now.ftpEntries();
        figure("containers: %s, flows %s: %s; FTP %s%s".formatted(what, group, report, fetched, more));
        lab.traffic().close(group);
        assertThat(report.tcpAlive()).as("TCP flows alive").isEqualTo(report.tcp());
        assertThat(report.udpAlive()).as("UDP flows alive").isEqualTo(report.udp());
        assertThat(fetched).startsWith("fetched ");
        assertThat(now.counted("related"))
                .as("data connections came as related")
                .isGreaterThan(related);
        assertThat(control).isNotEmpty().allMatch(line -> line.contains("helper=ftp"));
    }

    private static String takeover(FirewallContainer now) {
        OptionalDouble millis = now.takeoverMillis();
        assertThat(millis).as("a probe went out after the addresses came").isPresent();
        Json commit = now.status().at("lastCommit");
        return String.format(
                Locale.ROOT,
                "; first packet forwarded %.1f ms after the addresses came (last commit: %d entries, %d expectations, %.1f ms)",
                millis.orElse(-1),
                commit.at("entries").number(),
                commit.at("expectations").number(),
                1000 * commit.at("seconds").real());
    }

    @Test
    @Order(1)
    void theActiveIsKilled() {
        open("old", second());
        first().container().kill();
        awaitActive(second());
        lives("the active is killed", "old", second(), takeover(second()));
    }

    @Test
    @Order(2)
    void theFirstComesBackAndTakesOver() {
        first().container().kill();
        awaitActive(second());
        open("old");
        first().again();
        double seconds = secondsUntil("the first is back", LATER, () -> isActive(first()));
        awaitBackup(second());
        lives("fail back", "old", first(), takeover(first()) + "; active %.1f s after its start".formatted(seconds));
    }

    @Test
    @Order(3)
    void theActiveIsPausedAndGoesOn() {
        open("old", second());
        long comebacks = first().ha("comebacks");
        first().container().pause();
        awaitActive(second());
        String moved = takeover(second());
        open("born");
        pause(1_000);

        first().container().unpause();
        String back = cameBack(comebacks);
        lives("pause, unpause", "old", first(), moved + back);
        lives("pause, unpause", "born", first(), "");
    }

    /** Waits until the first firewall has caught up after it kept or took the addresses unasked. */
    private static String cameBack(long comebacks) {
        double seconds = secondsUntil("the first has caught up", LATER, () -> first().ha("comebacks") > comebacks);
        awaitBackup(second());
        assertThat(isActive(first())).isTrue();
        return String.format(Locale.ROOT, "; caught up %.1f s after its comeback", seconds);
    }

    @Test
    @Order(4)
    void keepalivedIsStoppedOnTheActive() {
        open("old", second());
        first().stopKeepalived();
        try {
            awaitActive(second());
            lives("keepalived is stopped", "old", second(), takeover(second()));
        } finally {
            first().startKeepalived();
        }
    }

    @Test
    @Order(5)
    void theActiveIsStoppedInOrder() {
        open("old", second());
        first().container().stop();
        awaitActive(second());
        lives("the active is stopped in order", "old", second(), takeover(second()));
    }

    @Test
    @Order(6)
    void theTwoAreSplitAndTheSplitHeals() {
        open("old", second());
        long comebacks = first().ha("comebacks");
        String moved;
        first().splitFromPeers();
        try {
            awaitActive(second());
            moved = takeover(second());
            open("born");
            pause(1_000);
        } finally {
            first().heal();
        }
        String back = cameBack(comebacks);
        lives("split and healed", "old", first(), moved + back);
        lives("split and healed", "born", first(), "");
    }

    @Test
    @Order(7)
    void theActiveLosesItsSyncNetworkAndGetsItBack() {
        open("old", second());
        first().syncLink("down");
        double back;
        try {
            secondsUntil(
                    "the second is not trusted", SOON, () -> !second().track().equals("0"));
            assertThat(isActive(first())).isTrue();
            open("born");
        } finally {
            first().syncLink("up");
            back = secondsUntil("the second has a copy", LATER, second()::parity);
        }
        awaitBackup(second());
        first().container().kill();
        awaitActive(second());
        String more = "; a whole copy %.1f s after the network was back".formatted(back);
        lives("sync network lost and back, then killed", "old", second(), takeover(second()) + more);
        lives("sync network lost and back, then killed", "born", second(), "");
    }

    @Test
    @Order(8)
    void theActiveLosesItsSyncNetworkAndThenItsLan() {
        open("old", second());
        first().container().disconnect(Link.SYNC);
        secondsUntil("the second is not trusted", SOON, () -> !second().track().equals("0"));
        assertThat(isActive(first())).isTrue();
        first().container().disconnect(Link.LAN);
        awaitActive(second());
        lives("sync network lost, then lan", "old", second(), takeover(second()));
    }

    @Test
    @Order(9)
    void theActiveLosesItsLan() {
        open("old", second());
        first().container().disconnect(Link.LAN);
        awaitActive(second());
        lives("lan lost", "old", second(), takeover(second()));
    }

    @Test
    @Order(10)
    void theBackupIsKilledComesBackAndTakesOver() {
        open("old", second());
        second().container().kill();
        pause(1_000);
        TrafficReport meanwhile = lab.traffic().report("old");
        figure("containers: the backup is killed, flows old: " + meanwhile);
        assertThat(meanwhile.whole()).isTrue();
        second().again();
        awaitBackup(second());
        open("born", second());
        first().container().kill();
        awaitActive(second());
        lives("the backup came back, the active is killed", "old", second(), takeover(second()));
        lives("the backup came back, the active is killed", "born", second(), "");
    }

    @Test
    @Order(11)
    void aThirdJoinsAndTakesOver() {
        open("old", second());
        FirewallContainer third = lab.join(110);
        awaitActive(third);
        awaitBackup(first());
        awaitBackup(second());
        lives("a third takes over", "old", third, takeover(third));
        open("born", first(), second());
        third.container().kill();
        awaitActive(first());
        lives("the third is killed", "born", first(), takeover(first()));
    }
}
