package org.conntwin.node.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.Test;

final class WriteThroughTest extends WritingThrough {
    @Test
    void shouldWriteChangeAndRemoveWhatAPeerTells() {
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        assertThat(Known.known(table.entry(Flows.tuple(1))).timeoutSeconds()).isEqualTo(432_000);
        told("fw1", Flows.flow(1, 2));
        awaitMark(1, 2);
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
        await().atMost(LONG).until(() -> table.count() == 0);
        assertThat(internal.size(Kind.CONNTRACK)).as("it stays the peer's").isZero();
        await().atMost(LONG).until(() -> through.written() == 3);
        assertThat(through.failures()).isEmpty();
    }

    @Test
    void shouldWriteAndRemoveExpectations() {
        told("fw1", Kind.EXPECTATION, Flows.record(Flows.expectation(1)));
        await().atMost(LONG).until(() -> table.expectations().size() == 1);
        toldGone("fw1", Kind.EXPECTATION, Flows.key(Flows.expectation(1)));
        await().atMost(LONG).until(() -> table.expectations().isEmpty());
    }

    @Test
    void shouldWriteAgainWhatTheTableLetExpire() {
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        table.expire(Flows.tuple(1));
        awaitMark(1, 1);
        assertThat(internal.size(Kind.CONNTRACK)).isZero();
        assertThat(feed.peersEvents()).isOne();
    }

    @Test
    void shouldLeaveAloneWhatThisNodeOwns() {
        table.traffic(Flows.flow(1, 10));
        assertThat(internal.owns(Flows.flow(1))).isTrue();
        told("fw1", Flows.flow(1, 1));
        told("fw1", Flows.flow(2, 1));
        awaitMark(2, 1);
        assertThat(Known.known(table.entry(Flows.tuple(1))).mark()).isEqualTo(10);
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(2)));
        await().atMost(LONG).until(() -> table.count() == 1);
        assertThat(internal.owns(Flows.flow(1))).isTrue();
    }

    @Test
    void shouldYieldToAPeerWithAHigherClaim() {
        table.traffic(Flows.flow(1, 10));
        outranking.add("fw1");
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        await().atMost(LONG).until(() -> !internal.owns(Flows.flow(1)));
        table.traffic(Flows.flow(1, 3));
        assertThat(internal.owns(Flows.flow(1))).as("it is the peer's now").isFalse();
    }

    /** After a takeover two peers have the flow: the old owner's letting go must not end it here. */
    @Test
    void shouldKeepWhatAnotherPeerStillOwns() {
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        told("fw2", Flows.flow(1, 2));
        awaitMark(1, 2);
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        awaitMark(1, 2);
        assertThat(table.applied()).noneMatch(change -> change instanceof TableChange.Delete);
        toldGone("fw2", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) == null);
    }

    @Test
    void shouldKeepAnExpectationThatAnotherPeerStillOwns() {
        told("fw1", Kind.EXPECTATION, Flows.record(Flows.expectation(1)));
        told("fw2", Kind.EXPECTATION, Flows.record(Flows.expectation(1)));
        await().atMost(LONG).until(() -> table.expectations().size() == 1);
        toldGone("fw1", Kind.EXPECTATION, Flows.key(Flows.expectation(1)));
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        assertThat(table.expectations()).hasSize(1);
    }

    @Test
    void shouldWriteARelatedFlowAloneWhenItsMasterIsNotThere() {
        ConntrackBuilder related = Flows.builder(1);
        related.master = Flows.tuple(50);
        told("fw1", Flows.built(related));
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) != null);
        assertThat(Known.known(table.entry(Flows.tuple(1))).master()).isNull();
    }

    @Test
    void shouldWriteAMasterThatComesBehindItsRelatedFlowFirst() {
        table.refuse(change -> change instanceof TableChange.Insert(var entry)
                        && entry.master() != null
                        && table.entry(Flows.tuple(50)) == null
                ? Outcome.MASTER_MISSING
                : null);
        ConntrackBuilder related = Flows.builder(1);
        related.master = Flows.tuple(50);
        Twin twin = twin("fw1");
        twin.lock();
        try {
            told("fw1", Flows.built(related));
            told("fw1", Flows.flow(50));
        } finally {
            twin.unlock();
        }
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) != null);
        assertThat(Known.known(table.entry(Flows.tuple(1))).master()).isEqualTo(Flows.tuple(50));
        assertThat(table.entry(Flows.tuple(50))).isNotNull();
        await().atMost(LONG).until(() -> through.written() >= 2);
        assertThat(through.failures()).isEmpty();
    }

    @Test
    void shouldWriteLaterWhatATableThatCannotBeUsedDidNotTake() {
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        AtomicInteger refused = new AtomicInteger();
        table.refuse(change -> {
            refused.incrementAndGet();
            throw new TableException("the table cannot be changed: try again");
        });
        Twin twin = twin("fw1");
        twin.lock();
        try {
            toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
            told("fw1", Flows.flow(2, 2));
            told("fw1", Kind.EXPECTATION, Flows.record(Flows.expectation(1)));
        } finally {
            twin.unlock();
        }
        await().atMost(LONG).until(() -> refused.get() > 0);
        table.refuse(null);
        awaitMark(2, 2);
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) == null);
        await().atMost(LONG).until(() -> table.expectations().size() == 1);
    }

    @Test
    void shouldLookForTheMasterOfAFlowThatWentAwayWhileItWasWritten() {
        AtomicInteger tries = new AtomicInteger();
        table.refuse(change -> change instanceof TableChange.Insert(var entry)
                        && entry.master() != null
                        && tries.getAndIncrement() == 0
                ? Outcome.EXISTS
                : null);
        ConntrackBuilder related = Flows.builder(1);
        related.master = Flows.tuple(50);
        told("fw1", Flows.flow(50, 50));
        awaitMark(50, 50);
        table.silently(Flows.tuple(50), null);
        told("fw1", Flows.built(related));
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) != null);
        assertThat(Known.known(table.entry(Flows.tuple(1))).master()).isEqualTo(Flows.tuple(50));
    }

    @Test
    void shouldWriteAFlowWithoutAHelperThatIsNotKnownAndCountIt() {
        table.refuse(change -> change instanceof TableChange.Insert(var entry) && entry.helper() != null
                ? Outcome.HELPER_UNKNOWN
                : null);
        ConntrackBuilder helped = Flows.builder(1);
        helped.helper = "irc";
        told("fw1", Flows.built(helped));
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(1)) != null);
        assertThat(Known.known(table.entry(Flows.tuple(1))).helper()).isNull();
        await().atMost(LONG).until(() -> through.failures().containsKey(Outcome.HELPER_UNKNOWN.meaning()));
    }

    @Test
    void shouldWriteTheEssentialsOfAChangeThatTheTableRefuses() {
        table.silently(Flows.tuple(1), Flows.flow(1, 1));
        table.refuse(
                change -> change instanceof TableChange.Update(var entry) && entry.status() != 0 ? Outcome.BUSY : null);
        told("fw1", Flows.flow(1, 2));
        awaitMark(1, 2);
        await().atMost(LONG).until(() -> through.written() == 1);
        assertThat(through.failures()).isEmpty();
    }

    @Test
    void shouldWriteTheCopyOfTheHigherClaimOfTwoPeers() {
        claims.put("fw2", 7L);
        told("fw2", Flows.flow(1, 2));
        awaitMark(1, 2);
        told("fw1", Flows.flow(1, 1));
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        assertThat(Known.known(table.entry(Flows.tuple(1))).mark()).isEqualTo(2);
        claims.put("fw1", 8L);
        told("fw1", Flows.flow(1, 3));
        awaitMark(1, 3);
    }

    /** The peer forwards one direction, this node the other. */
    @Test
    void shouldCountWhatTheTableRefused() {
        table.refuse(change -> Outcome.TABLE_FULL);
        told("fw1", Flows.flow(1));
        await().atMost(LONG).until(() -> through.failures().containsKey(Outcome.TABLE_FULL.meaning()));
        table.refuse(change -> {
            throw new IllegalStateException("a table with a fault");
        });
        told("fw1", Flows.flow(2));
        await().atMost(LONG).until(() -> table.applied().size() > 1);
        table.refuse(null);
        told("fw1", Flows.flow(3));
        await("it goes on").atMost(LONG).until(() -> table.entry(Flows.tuple(3)) != null);
    }

    /** Events, a peer's stream and the writing thread take locks of each other's: they must not wait in a ring. */
    @Test
    void shouldNeitherBlockNorDivergeUnderLoad() throws InterruptedException, ExecutionException, TimeoutException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> events = threads.submit(() -> traffic(new Random(1), until));
            Future<?> firstPeer = threads.submit(() -> stream("fw1", new Random(2), until));
            Future<?> secondPeer = threads.submit(() -> stream("fw2", new Random(3), until));
            Future<?> claims = threads.submit(() -> claims(new Random(4), until));
            events.get(30, TimeUnit.SECONDS);
            firstPeer.get(30, TimeUnit.SECONDS);
            secondPeer.get(30, TimeUnit.SECONDS);
            claims.get(30, TimeUnit.SECONDS);
        }
        outranking.clear();
        await("what peers own is in the table").atMost(LONG).until(() -> {
            for (int flow = 0; flow < 200; flow++) {
                if (table.entry(Flows.tuple(flow)) == null && owned(flow)) {
                    return false;
                }
            }
            return true;
        });
    }

    private boolean owned(int flow) {
        byte[] key = Flows.key(Flows.flow(flow));
        return twin("fw1").contains(Kind.CONNTRACK, key, 0, key.length)
                || twin("fw2").contains(Kind.CONNTRACK, key, 0, key.length);
    }

    private void traffic(Random random, long until) {
        while (System.nanoTime() < until) {
            int flow = random.nextInt(200);
            if (random.nextBoolean()) {
                table.traffic(Flows.flow(flow, random.nextInt(100)));
            } else {
                table.expire(Flows.tuple(flow));
            }
        }
    }

    private void stream(String origin, Random random, long until) {
        while (System.nanoTime() < until) {
            int flow = random.nextInt(200);
            if (random.nextInt(3) > 0) {
                told(origin, Flows.flow(flow, random.nextInt(100)));
            } else {
                toldGone(origin, Kind.CONNTRACK, Flows.key(Flows.flow(flow)));
            }
        }
    }

    private void claims(Random random, long until) {
        while (System.nanoTime() < until) {
            if (random.nextBoolean()) {
                outranking.add("fw1");
            } else {
                outranking.clear();
            }
            internal.beginRelease();
            internal.released(Kind.EXPECTATION, (bytes, from, length) -> true);
        }
    }
}
