package org.conntwin.node.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The feed of events and the re-reading, both on one table. */
final class TableFollowingTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeTable table = new FakeTable();
    private final InternalCache cache = new InternalCache(Clock.SYSTEM, 100_000);
    private final AtomicInteger changed = new AtomicInteger();
    private final AtomicInteger overruns = new AtomicInteger();
    private final PeersEntries peers = (kind, entry) -> entry.original().equals(Flows.tuple(77));
    private final ReplicationFilter filter = new ReplicationFilter(
            ReplicationFilterTest.sync(
                    new Filter(Set.of(Protocol.TCP), List.of(), Set.of(), Set.of()),
                    new Expectations(false, Set.of("ftp"))),
            List.of());
    private final ExpectationFeed expectations = new ExpectationFeed(
            table, cache, changed::incrementAndGet, overruns::incrementAndGet, Turns.threads(Clock.SYSTEM));
    private final TableFeed feed =
            new TableFeed(cache, filter, peers, expectations, changed::incrementAndGet, overruns::incrementAndGet);
    private final TableRereader rereader =
            new TableRereader(table, cache, filter, peers, changed::incrementAndGet, Turns.threads(Clock.SYSTEM));

    @BeforeEach
    void listen() {
        table.listen(feed);
    }

    @AfterEach
    void stop() {
        rereader.close();
        expectations.close();
    }

    @Test
    void shouldFollowTheTablesEvents() {
        table.traffic(Flows.flow(1));
        table.traffic(Flows.flow(2));
        table.traffic(Flows.flow(2, 5));
        table.expire(Flows.tuple(1));
        assertThat(cache.owns(Flows.flow(1))).isFalse();
        assertThat(cache.owns(Flows.flow(2))).isTrue();
        assertThat(changed).hasValue(4);
        feed.overrun();
        assertThat(overruns).hasValue(1);
    }

    @Test
    void shouldLeaveOutWhatIsNotReplicatedAndWhatIsThePeers() {
        table.traffic(Flows.flow(3));
        table.traffic(Flows.flow(77));
        table.expire(Flows.tuple(77));
        assertThat(cache.size(Kind.CONNTRACK)).isZero();
        assertThat(cache.counters().filtered()).isOne();
        assertThat(feed.peersEvents()).isEqualTo(2);
        table.expire(Flows.tuple(3));
        assertThat(cache.counters().filtered()).as("ends need no filter").isOne();
    }

    @Test
    void shouldFollowExpectationsBehindTheirMasters() {
        table.expect(Flows.expectation(1));
        table.expect(Flows.expectation(2, 0, "sip"));
        await().atMost(LONG).until(() -> cache.size(Kind.EXPECTATION) == 1);
        feed.expectation(EventKind.DESTROY, Flows.expectation(1));
        await().atMost(LONG).until(() -> cache.size(Kind.EXPECTATION) == 0);
    }

    @Test
    void shouldReadWhatEventsDidNotTell() {
        for (int flow = 0; flow < 100; flow++) {
            table.traffic(Flows.flow(flow));
        }
        table.silently(Flows.tuple(1), null);
        table.silently(Flows.tuple(2), Flows.flow(2, 9));
        table.silently(Flows.tuple(500), Flows.flow(500));
        table.silently(Flows.tuple(501), Flows.flow(501));
        TableRereader.Result result = rereader.read();
        // Flow 501 is UDP, as every third is.
        assertThat(result.added()).isOne();
        assertThat(result.updated()).isOne();
        assertThat(result.removed()).isOne();
        assertThat(cache.owns(Flows.flow(500))).isTrue();
        assertThat(cache.owns(Flows.flow(77))).isFalse();
        TableRereader.Result again = rereader.read();
        assertThat(again.added() + again.updated() + again.removed()).isZero();
        assertThat(again.read()).isEqualTo(cache.size(Kind.CONNTRACK));
    }

    @Test
    void shouldBelieveEventsThatComeWhileItReads() {
        for (int flow = 0; flow < 100; flow++) {
            table.traffic(Flows.flow(flow));
        }
        table.duringDump(() -> {
            // The dump has already shown, or will show, all of these as they were.
            table.expire(Flows.tuple(1));
            table.expire(Flows.tuple(98));
            table.traffic(Flows.flow(700));
            table.traffic(Flows.flow(4, 44));
        });
        TableRereader.Result result = rereader.read();
        table.duringDump(null);
        assertThat(result.removed()).isZero();
        assertThat(cache.owns(Flows.flow(1))).isFalse();
        assertThat(cache.owns(Flows.flow(98))).isFalse();
        assertThat(cache.owns(Flows.flow(700))).isTrue();
        TableRereader.Result again = rereader.read();
        assertThat(again.added() + again.updated() + again.removed()).isZero();
    }

    @Test
    void shouldKeepWhatItHasWhenTheTableCannotBeRead() {
        table.traffic(Flows.flow(1));
        table.broken(true);
        assertThatThrownBy(rereader::read).isInstanceOf(TableException.class);
        assertThat(cache.owns(Flows.flow(1))).isTrue();
        table.silently(Flows.tuple(1), null);
        table.traffic(Flows.flow(2));
        rereader.soon();
        rereader.soon();
        await().during(Duration.ofMillis(500)).atMost(LONG).until(() -> cache.owns(Flows.flow(1)));
        table.broken(false);
        await("it goes on trying").atMost(LONG).until(() -> !cache.owns(Flows.flow(1)));
        assertThat(cache.owns(Flows.flow(2))).isTrue();
    }

    private void bornInAPause() {
        cache.beginRelease();
        assertThat(table.pauseEvents()).isTrue();
        table.traffic(Flows.flow(1));
        assertThat(cache.owns(Flows.flow(1))).isFalse();
    }

    @Test
    void shouldOwnWhatPacketsDidInAPauseAndTakeItAsTouched() {
        bornInAPause();
        table.resumeEvents();
        rereader.afterPause();
        await().atMost(LONG).until(() -> cache.owns(Flows.flow(1)));
        assertThat(cache.untouched(Flows.flow(1))).isFalse();
        table.silently(Flows.tuple(2), Flows.flow(2));
        rereader.read();
        assertThat(cache.untouched(Flows.flow(2))).as("found later").isTrue();
    }

    @Test
    void shouldLetReadingsWaitForACommitThatPausesTheEvents() {
        bornInAPause();
        rereader.beforePause();
        rereader.soon();
        await().during(Duration.ofMillis(500)).atMost(LONG).until(() -> !cache.owns(Flows.flow(1)));
        assertThat(rereader.begun()).isZero();
        rereader.afterPause();
        await().atMost(LONG).until(() -> cache.owns(Flows.flow(1)));
    }

    @Test
    void shouldLetAReadingWaitThatWasAboutToBegin() {
        AtomicInteger waits = new AtomicInteger();
        table.beforeTold(() -> {
            if (waits.getAndIncrement() == 0) {
                rereader.beforePause();
            }
        });
        rereader.soon();
        await().atMost(LONG).until(() -> waits.get() == 1);
        await().during(Duration.ofMillis(300)).atMost(LONG).until(() -> rereader.begun() == 0);
        rereader.afterPause();
        await().atMost(LONG).until(() -> rereader.begun() == 1);
    }

    @Test
    void shouldNotEndAPauseThatIsNotItsOwn() {
        rereader.afterPause();
        await().atMost(LONG).until(() -> rereader.begun() == 1);
        bornInAPause();
        rereader.beforePause();
        rereader.read();
        table.traffic(Flows.flow(2));
        assertThat(cache.owns(Flows.flow(2))).isFalse();
    }

    @Test
    void shouldHaveThePauseEndedAndReadOnceItCan() {
        bornInAPause();
        table.broken(true);
        rereader.afterPause();
        await().during(Duration.ofMillis(500)).atMost(LONG).until(() -> !cache.owns(Flows.flow(1)));
        table.broken(false);
        await().atMost(LONG).until(() -> cache.owns(Flows.flow(1)));
        assertThat(cache.untouched(Flows.flow(1))).isFalse();
        table.traffic(Flows.flow(2));
        assertThat(cache.owns(Flows.flow(2)))
                .as("nobody but the reading ended the pause")
                .isTrue();
    }

    @Test
    void shouldCountAReadingOnlyOnceItSuspectsWhatIsOwned() {
        long[] begunBefore = new long[1];
        cache.lock();
        try {
            Thread reading = Thread.ofPlatform().start(rereader::read);
            await().atMost(LONG).until(() -> reading.getState() == Thread.State.WAITING);
            begunBefore[0] = rereader.begun();
        } finally {
            cache.unlock();
        }
        assertThat(begunBefore[0]).isZero();
        await().atMost(LONG).until(() -> rereader.begun() == 1);
    }

    @Test
    void shouldTakeNoHarmFromOverrunsAfterTheEnd() {
        rereader.close();
        rereader.soon();
        expectations.close();
        feed.expectation(EventKind.NEW, Flows.expectation(1));
        assertThat(overruns).hasValue(0);
    }

    @Test
    void shouldBeTheTableInTheEndWhateverHappens() {
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            for (int event = 0; event < 500; event++) {
                int flow = random.nextInt(300);
                switch (random.nextInt(6)) {
                    case 0 -> table.expire(Flows.tuple(flow));
                    case 1 -> table.silently(Flows.tuple(flow), null);
                    case 2 -> table.silently(Flows.tuple(flow), Flows.flow(flow, random.nextInt()));
                    default -> table.traffic(Flows.flow(flow, random.nextInt()));
                }
            }
            rereader.read();
            int[] replicated = {0};
            table.dump(entry -> {
                if (filter.replicates(entry) && !peers.claims(EventKind.NEW, entry)) {
                    replicated[0]++;
                    assertThat(cache.owns(entry)).isTrue();
                }
            });
            assertThat(cache.size(Kind.CONNTRACK)).isEqualTo(replicated[0]);
        }
    }
}
