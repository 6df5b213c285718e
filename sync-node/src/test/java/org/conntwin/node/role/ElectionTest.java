package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.RoleName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator says, and what is said to one; the simulation has the rest. Clocks go five times as fast. */
final class ElectionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeNetwork network = new FakeNetwork(1);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
        network.close();
    }

    private TestNode node(String name, boolean stands) {
        TestNode node = new TestNode(network, name, RoleName.BACKUP, Duration.ofMinutes(1), false);
        open.add(node);
        Turns turns = Turns.threads(() -> System.nanoTime() * 5, () -> 0);
        Election election = new Election(stands, 3, node.identity, node.roles, node.replication, turns);
        open.add(election);
        election.start();
        return node;
    }

    private static RoleName role(TestNode node) {
        return node.standing().role();
    }

    /** An active node that was cut off from two witnesses. */
    private TestNode resigned() {
        TestNode active = node("fw1", true);
        node("fw2", false);
        node("fw3", false);
        active.roles.active();
        await().atMost(LONG).until(() -> active.replication.inSight("fw2") && active.replication.inSight("fw3"));
        await().pollDelay(Duration.ofSeconds(1)).until(() -> role(active) == RoleName.ACTIVE);
        network.separate("fw1");
        await().atMost(LONG).until(() -> role(active) == RoleName.BACKUP);
        return active;
    }

    @Test
    void shouldStandAgainAfterResigningAndSayWhatIsLacking() {
        TestNode active = resigned();
        await().atMost(LONG).until(() -> active.roles.complaint() != null);
        assertThat(active.roles.complaint())
                .isEqualTo("this node has stepped down, and no majority of 3 nodes votes for this one");
        network.separate();
        await().atMost(LONG).until(() -> role(active) == RoleName.ACTIVE);
        await().atMost(LONG).until(() -> active.roles.complaint() == null);
    }

    /** Two nodes of three, one of them active; the other has lost it, and nobody votes. */
    private TestNode candidate() {
        TestNode active = node("fw1", true);
        TestNode candidate = node("fw2", true);
        active.roles.active();
        await().atMost(LONG).until(() -> candidate.replication.highestClaim() > 0);
        await().pollDelay(Duration.ofSeconds(1)).until(() -> role(active) == RoleName.ACTIVE);
        network.separate("fw1");
        await().atMost(LONG).until(() -> candidate.roles.complaint() != null);
        return candidate;
    }

    @Test
    void shouldNotBeActiveAgainByElectionOnceAnOperatorHasMadeItABackup() throws InterruptedException {
        TestNode candidate = candidate();
        node("fw3", false);
        await().atMost(LONG).until(() -> role(candidate) == RoleName.ACTIVE);
        candidate.roles.backup();
        Thread.sleep(3_000);
        assertThat(role(candidate)).as("fw1 is still lost").isEqualTo(RoleName.BACKUP);
        assertThat(candidate.roles.complaint()).isNull();
    }

    @Test
    void shouldEndACandidacyByAnOperatorsWord() throws InterruptedException {
        TestNode candidate = candidate();
        candidate.roles.backup();
        await().atMost(LONG).until(() -> candidate.roles.complaint() == null);
        node("fw3", false);
        Thread.sleep(3_000);
        assertThat(role(candidate)).isEqualTo(RoleName.BACKUP);
    }

    @Test
    void shouldComplainNoMoreOnceItIsFaulty() {
        TestNode candidate = candidate();
        candidate.roles.fault();
        await().atMost(LONG).until(() -> candidate.roles.complaint() == null);
    }

    @Test
    void shouldStandAgainOnceAnotherOneWasActive() {
        TestNode dismissed = node("fw2", true);
        dismissed.roles.backup();
        TestNode active = node("fw1", true);
        node("fw3", false);
        active.roles.active();
        await().atMost(LONG).until(() -> dismissed.replication.highestClaim() > 0);
        await().atMost(LONG).until(() -> dismissed.roles.dismissal() == 0);
        network.separate("fw1");
        await().atMost(LONG).until(() -> role(dismissed) == RoleName.ACTIVE);
    }

    @Test
    void shouldHearAnOperatorWhoSpeaksWhileItStepsDown() throws InterruptedException {
        TestNode active = node("fw1", true);
        node("fw2", false);
        node("fw3", false);
        AtomicBoolean said = new AtomicBoolean();
        active.roles.listener(new TakeoverListener() {
            @Override
            public void steppedDown() {
                if (!said.getAndSet(true)) {
                    active.roles.backup();
                }
            }
        });
        active.roles.active();
        await().atMost(LONG).until(() -> active.replication.inSight("fw2") && active.replication.inSight("fw3"));
        await().pollDelay(Duration.ofSeconds(1)).until(() -> role(active) == RoleName.ACTIVE);
        network.separate("fw1");
        await().atMost(LONG).until(() -> role(active) == RoleName.BACKUP);
        network.separate();
        Thread.sleep(3_000);
        assertThat(role(active)).isEqualTo(RoleName.BACKUP);
    }

    @Test
    void shouldNotStandAgainOnceAnOperatorHasMadeItABackup() throws InterruptedException {
        TestNode active = resigned();
        active.roles.backup();
        network.separate();
        // Longer than a candidate takes.
        Thread.sleep(3_000);
        assertThat(role(active)).isEqualTo(RoleName.BACKUP);
        assertThat(active.roles.complaint()).contains("no node is active", "conntwin role active");
    }
}
