package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.conntwin.it.containers.ContainerEngine;
import org.conntwin.it.containers.ContainerLab;
import org.conntwin.it.containers.FirewallContainer;
import org.conntwin.it.containers.Link;
import org.conntwin.it.containers.TrafficReport;
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
import org.opentest4j.TestAbortedException;

/**
 * Firewalls in containers fail under live traffic, keepalived moves the addresses, the nodes follow. The policy lets no
 * packet pass of a flow that the table does not know, so what lives on was committed.
 *
 * <p>With {@code -Dconntwin.failover.with=conntrackd} the firewalls run Debian's conntrackd instead. Then the scenarios tell
 * what becomes of the flows, and fail only when the lab itself does: no takeover, no conntrackd.
 */
@Waits
@ExtendWith(ContainerLabCondition.class)
@TestMethodOrder(OrderAnnotation.class)
class ContainerFailoverIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LATER = Duration.ofSeconds(45);
    private static final int TCP_FLOWS = 20;
    private static final int UDP_FLOWS = 5;

    private static ContainerLab lab;
    private static FailoverVerdict flows;

    @RegisterExtension
    private static final Logs LOGS = new Logs();

    @BeforeAll
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    static void twoFirewallsUnderTraffic() {
        ContainerEngine.buildImages();
        lab = ContainerLab.start(System.getProperty("conntwin.failover.with", "conntwin"));
        flows = new FailoverVerdict(lab);
    }

    /** The logs of a failed scenario, while its containers stand. */
    private static final class Logs implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            boolean failed = context.getExecutionException()
                    .filter(reason -> !(reason instanceof TestAbortedException))
                    .isPresent();
            if (failed && lab != null) {
                System.out.println(lab.logs());
            }
        }
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            flows.write();
            lab.close();
        }
    }

    @BeforeEach
    void firstIsActiveAndAllAreWhole() {
        whole();
        flows.begin();
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
                        && firewall.trusted().orElse(true));
    }

    private static void awaitActive(FirewallContainer firewall) {
        secondsUntil(firewall.name() + " is active", LATER, () -> isActive(firewall));
    }

    /** A product that cannot tell never doubts its copy. */
    private static void awaitDoubt(FirewallContainer backup) {
        if (backup.trusted().isPresent()) {
            secondsUntil(
                    backup.name() + " is not trusted",
                    SOON,
                    () -> !backup.trusted().orElse(true));
        }
    }

    /** Waits until a backup has all flows. @return seconds, in words */
    private static String awaitCopy(FirewallContainer backup, FirewallContainer active, Duration limit) {
        try {
            double seconds = secondsUntil(backup.name() + " has a copy", limit, () -> backup.hasCopyOf(active));
            return String.format(Locale.ROOT, "a whole copy after %.1f s", seconds);
        } catch (ConditionTimeoutException missing) {
            if (!lab.replicator().isCompared()) {
                throw missing;
            }
            return "no whole copy within %d s".formatted(limit.toSeconds());
        }
    }

    /** Opens a group of flows, with an announced data connection. */
    private static void open(String group) {
        lab.traffic().open(group, TCP_FLOWS, UDP_FLOWS);
        lab.traffic().ftp(group);
        lab.traffic().mark();
    }

    /** The same, and waits until the backups have them. */
    private static void open(String group, FirewallContainer active, FirewallContainer... backups) {
        open(group);
        for (FirewallContainer backup : backups) {
            String copied = awaitCopy(backup, active, SOON);
            if (copied.startsWith("no ")) {
                figure("containers: flows %s: %s has %s".formatted(group, backup.name(), copied));
            }
        }
        lab.traffic().mark();
    }

    @Test
    @Order(1)
    void theActiveIsKilled() {
        open("old", first(), second());
        first().container().kill();
        awaitActive(second());
        flows.live("the active is killed", "old", second(), flows.takeover(second()));
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
        String after = "; active %.1f s after its start".formatted(seconds);
        flows.live("fail back", "old", first(), flows.takeover(first()), after);
    }

    @Test
    @Order(3)
    void theActiveIsPausedAndGoesOn() {
        open("old", first(), second());
        OptionalLong comebacks = first().comebacks();
        first().container().pause();
        awaitActive(second());
        FailoverVerdict.Takeover moved = flows.takeover(second());
        open("born");
        pause(1_000);

        first().container().unpause();
        String back = cameBack(comebacks);
        flows.live("pause, unpause", "old", first(), moved, back);
        flows.live("pause, unpause", "born", first());
    }

    /** Waits until the first firewall has caught up after it kept or took the addresses unasked. */
    private static String cameBack(OptionalLong comebacks) {
        String caughtUp = "; nobody told it of its comeback";
        if (comebacks.isPresent()) {
            double seconds = secondsUntil(
                    "the first has caught up", LATER, () -> first().comebacks().orElse(0) > comebacks.getAsLong());
            caughtUp = String.format(Locale.ROOT, "; caught up %.1f s after its comeback", seconds);
        }
        awaitBackup(second());
        assertThat(isActive(first())).isTrue();
        return caughtUp;
    }

    @Test
    @Order(4)
    void keepalivedIsStoppedOnTheActive() {
        open("old", first(), second());
        first().stopKeepalived();
        try {
            awaitActive(second());
            flows.live("keepalived is stopped", "old", second(), flows.takeover(second()));
        } finally {
            first().startKeepalived();
        }
    }

    @Test
    @Order(5)
    void theActiveIsStoppedInOrder() {
        open("old", first(), second());
        first().container().stop();
        awaitActive(second());
        flows.live("the active is stopped in order", "old", second(), flows.takeover(second()));
    }

    @Test
    @Order(6)
    void theTwoAreSplitAndTheSplitHeals() {
        open("old", first(), second());
        OptionalLong comebacks = first().comebacks();
        FailoverVerdict.Takeover moved;
        first().splitFromPeers();
        try {
            awaitActive(second());
            moved = flows.takeover(second());
            open("born");
            pause(1_000);
        } finally {
            first().heal();
        }
        String back = cameBack(comebacks);
        flows.live("split and healed", "old", first(), moved, back);
        flows.live("split and healed", "born", first());
    }

    @Test
    @Order(7)
    void theActiveLosesItsSyncNetworkAndGetsItBack() {
        open("old", first(), second());
        first().syncLink("down");
        String back;
        try {
            awaitDoubt(second());
            assertThat(isActive(first())).isTrue();
            open("born");
        } finally {
            first().syncLink("up");
            back = awaitCopy(second(), first(), LATER);
        }
        awaitBackup(second());
        first().container().kill();
        awaitActive(second());
        String more = "; the network back: " + back;
        flows.live("sync network lost and back, then killed", "old", second(), flows.takeover(second()), more);
        flows.live("sync network lost and back, then killed", "born", second());
    }

    @Test
    @Order(8)
    void theActiveLosesItsSyncNetworkAndThenItsLan() {
        open("old", first(), second());
        first().container().disconnect(Link.SYNC);
        awaitDoubt(second());
        assertThat(isActive(first())).isTrue();
        first().container().disconnect(Link.LAN);
        awaitActive(second());
        flows.live("sync network lost, then lan", "old", second(), flows.takeover(second()));
    }

    @Test
    @Order(9)
    void theActiveLosesItsLan() {
        open("old", first(), second());
        first().container().disconnect(Link.LAN);
        awaitActive(second());
        flows.live("lan lost", "old", second(), flows.takeover(second()));
    }

    @Test
    @Order(10)
    void theBackupIsKilledComesBackAndTakesOver() {
        open("old", first(), second());
        second().container().kill();
        pause(1_000);
        TrafficReport meanwhile = lab.traffic().report("old");
        figure("containers: the backup is killed, flows old: " + meanwhile);
        assertThat(meanwhile.whole()).isTrue();
        second().again();
        awaitBackup(second());
        open("born", first(), second());
        first().container().kill();
        awaitActive(second());
        flows.live("the backup came back, the active is killed", "old", second(), flows.takeover(second()));
        flows.live("the backup came back, the active is killed", "born", second());
    }

    @Test
    @Order(11)
    void aThirdJoinsAndTakesOver() {
        lab.replicator().onlyPairs().ifPresent(reason -> {
            flows.impossible("a third takes over", "old", reason);
            flows.impossible("the third is killed", "born", reason);
            throw new TestAbortedException(reason);
        });
        open("old", first(), second());
        FirewallContainer third = lab.join(110);
        awaitActive(third);
        awaitBackup(first());
        awaitBackup(second());
        flows.live("a third takes over", "old", third, flows.takeover(third));
        open("born", third, first(), second());
        third.container().kill();
        awaitActive(first());
        flows.live("the third is killed", "born", first(), flows.takeover(first()));
    }
}
