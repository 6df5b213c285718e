package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.NodeConfig.Ha;
import org.conntwin.node.config.NodeConfig.InitialRole;
import org.conntwin.node.config.NodeConfig.OnPeerLoss;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.Release;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.RoleName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node follows a real FIFO. */
class HighAvailabilityTest {
    private static final Turns TURNS = Turns.threads(Clock.SYSTEM);

    @TempDir
    Path folder;

    private final FakeNetwork network = new FakeNetwork(1);
    private final Identity identity = new Identity("fw1", "kernel", new Identity.Standing(RoleName.BACKUP, 1000, 0));
    private final InternalCache internal = new InternalCache(Clock.SYSTEM, 1_000);
    private final ExternalCache external = new ExternalCache(Clock.SYSTEM, 1_000, false);
    private final FakeTable table = new FakeTable();
    private final Release release =
            new Release(internal, external, table, Duration.ofSeconds(60), false, Set::of, TURNS);
    private final RoleKeeper roles =
            new RoleKeeper(identity, new Injector(table, true), internal, external, release, TURNS);
    private Replication replication = replication();
    private Path fifo;
    private HighAvailability ha;

    @AfterEach
    void close() {
        ha.close();
        replication.close();
        roles.close();
    }

    @BeforeEach
    void aNodeThatFollowsNobodyYet() throws ChannelException {
        fifo = folder.resolve("run/keepalived.fifo");
        ha = made(roles);
        roles.replication(replication);
        replication.start();
    }

    private Replication replication() {
        return new Replication(
                identity, internal, external, listener -> network.open("fw1", listener), roles, () -> {}, TURNS);
    }

    private HighAvailability made(RoleKeeper roles) {
        return new HighAvailability(
                new Ha(InitialRole.BACKUP, fifo, OnPeerLoss.NONE, null, null),
                roles,
                identity,
                replication,
                Clock.SYSTEM);
    }

    private void say(String text) throws IOException {
        // For reading as well: opening for writing alone waits for a reader.
        try (FileChannel writer = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void becomes(RoleName role) {
        await().untilAsserted(() -> assertThat(identity.standing().role()).isEqualTo(role));
    }

    @Test
    void theFifoIsMadeForItsOwnerAloneAndFollowed() throws Exception {
        ha.start();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fifo)))
                .isEqualTo("rw-------");
        say("GROUP \"EDGE\" BACKUP 0\nINSTANCE \"LAN\" BACKUP 90\nGROUP \"EDGE\" MAS");
        say("TER 0\nnonsense\n");
        becomes(RoleName.ACTIVE);
        say("GROUP \"EDGE\" FAULT 0\n");
        becomes(RoleName.FAULT);
        say("GROUP \"EDGE\" STOP 0\n");
        becomes(RoleName.BACKUP);
        assertThat(ha.counters()).containsEntry("unknownLines", 1L).containsEntry("takeovers", 1L);
        assertThat(ha.problems()).isEmpty();
    }

    @Test
    void saidTwiceTakesOverOnce() throws Exception {
        ha.start();
        say("GROUP \"EDGE\" MASTER 0\n");
        becomes(RoleName.ACTIVE);
        long claim = identity.standing().claim();
        say("GROUP \"EDGE\" MASTER 0\nGROUP \"EDGE\" MASTER 0\n");
        await().untilAsserted(() -> assertThat(ha.counters()).containsEntry("lines", 3L));
        say("GROUP \"EDGE\" FAULT 0\n");
        becomes(RoleName.FAULT);
        assertThat(ha.counters()).containsEntry("takeovers", 1L);
        assertThat(claim).isPositive();
    }

    @Test
    void aFifoThatIsReplacedIsOpenedAnew() throws Exception {
        ha.start();
        Files.delete(fifo);
        await().until(() -> Files.exists(fifo));
        await().untilAsserted(() -> assertThat(ha.problems()).anyMatch(problem -> problem.contains("not heard until")));
        // Stays open, as keepalived's end does: the node makes the FIFO a moment before it opens it.
        try (FileChannel writer = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            writer.write(ByteBuffer.wrap("GROUP \"EDGE\" MASTER 0\n".getBytes(StandardCharsets.UTF_8)));
            becomes(RoleName.ACTIVE);
            assertThat(ha.problems()).isEmpty();
        }
    }

    @Test
    void anOrdinaryFileInItsPlaceIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(fifo, "GROUP \"EDGE\" MASTER 0\n");
        assertThatThrownBy(ha::start).isInstanceOf(HaException.class).hasMessageContaining(fifo + " is not a FIFO");
        assertThat(fifo).hasContent("GROUP \"EDGE\" MASTER 0");
    }

    @Test
    void aNodeThatIsRestartedRemembersWhatItWasTold() throws Exception {
        ha.start();
        say("GROUP \"EDGE\" MASTER 0\n");
        becomes(RoleName.ACTIVE);
        await().until(() -> Files.exists(folder.resolve("run/keepalived.fifo.state")));
        ha.close();
        identity.standing(new Identity.Standing(RoleName.BACKUP, 2000, 0));
        ha = made(roles);
        ha.start();
        becomes(RoleName.ACTIVE);
    }

    /** The state that an earlier life left beside the FIFO. */
    private void remembered(String text) throws IOException {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/keepalived.fifo.state"), text);
    }

    @Test
    void whatItRemembersDoesNotWinAgainstAPeerThatIsActiveByNow() throws Exception {
        Identity other = new Identity("fw2", "kernel", new Identity.Standing(RoleName.BACKUP, 1000, 0));
        InternalCache othersFlows = new InternalCache(Clock.SYSTEM, 1_000);
        ExternalCache othersTwins = new ExternalCache(Clock.SYSTEM, 1_000, false);
        Release othersRelease =
                new Release(othersFlows, othersTwins, new FakeTable(), Duration.ofSeconds(60), false, Set::of, TURNS);
        RoleKeeper keeper = new RoleKeeper(
                other, new Injector(new FakeTable(), true), othersFlows, othersTwins, othersRelease, TURNS);
        try (keeper;
                Replication peer = new Replication(
                        other,
                        othersFlows,
                        othersTwins,
                        listener -> network.open("fw2", listener),
                        keeper,
                        () -> {},
                        TURNS)) {
            keeper.replication(peer);
            peer.start();
            keeper.active();
            for (String line : List.of("GROUP \"EDGE\" MASTER\n", "INSTANCE \"LAN\" MASTER\n")) {
                replication.close();
                replication = replication();
                roles.replication(replication);
                replication.start();
                remembered(line);
                ha = made(roles);
                ha.start();
                await(line)
                        .during(Duration.ofMillis(400))
                        .atMost(Duration.ofSeconds(1))
                        .until(() -> identity.standing().role() == RoleName.BACKUP);
                assertThat(other.standing().role()).as(line).isEqualTo(RoleName.ACTIVE);
                ha.close();
            }
        }
    }

    @Test
    void aStopIsRememberedToo() throws Exception {
        remembered("GROUP \"EDGE\" MASTER\n");
        ha.start();
        becomes(RoleName.ACTIVE);
        say("GROUP \"EDGE\" STOP 0\n");
        becomes(RoleName.BACKUP);
        await().untilAsserted(() ->
                assertThat(folder.resolve("run/keepalived.fifo.state")).isEmptyFile());
    }

    @Test
    void afterItsEndNothingIsCommitted() throws Exception {
        ha.start();
        say("GROUP \"EDGE\" MASTER 0\n");
        becomes(RoleName.ACTIVE);
        await().untilAsserted(() -> assertThat(ha.counters()).containsEntry("takeovers", 1L));
        say("INSTANCE \"LAN\" MASTER_RX_LOWER_PRI 9\n");
        await().untilAsserted(() -> assertThat(ha.counters()).containsEntry("takeovers", 2L));
        // No peer is there whose copies could be complete: the comeback is being seen to still.
        long commits = roles.commitTotals().commits();
        ha.close();
        await().during(Duration.ofMillis(200)).until(() -> roles.commitTotals().commits() == commits);
    }

    @Test
    void ofSeveralActiveNodesOneThatIsBackupForSomeStaysActive() throws Exception {
        identity.standing(new Identity.Standing(RoleName.MULTI, 1000, 0));
        ha.start();
        say("GROUP \"A\" MASTER 0\nGROUP \"A\" BACKUP 0\nGROUP \"A\" FAULT 0\n");
        await().untilAsserted(() -> assertThat(ha.counters()).containsEntry("lines", 3L));
        assertThat(identity.standing().role()).isEqualTo(RoleName.MULTI);
    }

    @Test
    void whatFailsIsToldCountedAndTriedAgain() throws Exception {
        // Nothing to announce through: a takeover fails until there is.
        RoleKeeper failing = new RoleKeeper(identity, new Injector(table, true), internal, external, release, TURNS);
        ha = made(failing);
        ha.start();
        say("GROUP \"EDGE\" MASTER 0\n");
        await().untilAsserted(() -> assertThat(ha.problems())
                .singleElement()
                .asString()
                .startsWith("keepalived wants this node to be active, which failed: "));
        assertThat(ha.counters().get("failures")).isPositive();
        failing.replication(replication);
        becomes(RoleName.ACTIVE);
        await().untilAsserted(() -> assertThat(ha.problems()).isEmpty());
        failing.close();
    }

    @Test
    void aTakeoverThatFailsIsTriedAgainForAsLongAsItTakes() {
        RoleKeeper failing = new RoleKeeper(identity, new Injector(table, true), internal, external, release, TURNS);
        Retake retake = new Retake(failing, identity, replication, Clock.SYSTEM);
        try (failing;
                RoleFollower follower = new RoleFollower(failing, identity, retake, 10, 20)) {
            follower.start();
            follower.follow(Word.MASTER);
            await().until(() -> follower.failures() > 8);
            failing.replication(replication);
            becomes(RoleName.ACTIVE);
            await().until(() -> follower.problem() == null);
        }
    }

    @Test
    void onlyTheLastOfWordsThatCameMeanwhileCounts() {
        assertThat(RoleFollower.lastOf(Word.MASTER, Word.BACKUP)).isEqualTo(Word.BACKUP);
        assertThat(RoleFollower.lastOf(Word.BACKUP, Word.MASTER)).isEqualTo(Word.MASTER);
        assertThat(RoleFollower.lastOf(Word.MASTER, Word.STILL_MASTER)).isEqualTo(Word.MASTER);
        assertThat(RoleFollower.lastOf(Word.MASTER_AGAIN, Word.MASTER)).isEqualTo(Word.MASTER_AGAIN);
        assertThat(RoleFollower.lastOf(Word.FAULT, Word.STILL_MASTER)).isEqualTo(Word.STILL_MASTER);
    }
}
