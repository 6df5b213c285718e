package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.conntwin.node.cache.InternalCache.Reread;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.fake.SteppedClock;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InternalCacheTest {
    private final SteppedClock clock = new SteppedClock();
    private final InternalCache cache = new InternalCache(clock, 100_000);

    private static final class Drained implements RecordVisitor {
        private final List<Conntrack> records = new ArrayList<>();
        private int removed;

        @Override
        public void record(byte[] bytes, int from, int length, int since) {
            records.add(decoded(bytes, from, length));
        }

        @Override
        public void removed(byte[] bytes, int from, int length) {
            removed++;
        }
    }

    private static Conntrack decoded(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private Drained drain() {
        Drained drained = new Drained();
        cache.lock();
        try {
            boolean more = true;
            while (more) {
                more = cache.drainOne(Kind.CONNTRACK, drained);
            }
        } finally {
            cache.unlock();
        }
        return drained;
    }

    private Map<Tuple, Conntrack> contents() {
        Map<Tuple, Conntrack> contents = new HashMap<>();
        Drained seen = new Drained();
        for (int bucket = 0; bucket < Kind.CONNTRACK.buckets(); bucket++) {
            cache.bucket(Kind.CONNTRACK, bucket, seen);
        }
        seen.records.forEach(entry -> contents.put(entry.original(), entry));
        assertThat(contents).hasSameSizeAs(seen.records);
        return contents;
    }

    @Test
    void shouldPutAnUpdateOverWhatWasKnown() {
        ConntrackBuilder known = Flows.builder(1);
        known.labels = Labels.NONE.with(5);
        known.master = Flows.tuple(99);
        cache.event(EventKind.NEW, Flows.built(known));
        ConntrackBuilder update = Flows.builder(1);
        update.state = null;
        update.mark = 7;
        update.timeoutSeconds = Conntrack.UNKNOWN;
        cache.event(EventKind.UPDATE, Flows.built(update));
        Conntrack now = Known.in(contents(), Flows.tuple(1));
        assertThat(now.mark()).isEqualTo(7);
        assertThat(now.state()).isEqualTo(Flows.flow(1).state());
        assertThat(now.labels()).isEqualTo(Labels.NONE.with(5));
        assertThat(now.master()).isEqualTo(Flows.tuple(99));
        assertThat(now.timeoutSeconds()).isEqualTo(120);
    }

    @Test
    void shouldReplaceByANewEventAFlowWhoseEndWasMissed() {
        ConntrackBuilder old = Flows.builder(1);
        old.labels = Labels.NONE.with(5);
        cache.event(EventKind.NEW, Flows.built(old));
        cache.event(EventKind.NEW, Flows.flow(1));
        assertThat(Known.in(contents(), Flows.tuple(1)).labels()).isNull();
    }

    @Test
    void shouldSendOnlyTheLatestStateOfABurst() {
        for (int mark = 1; mark <= 100; mark++) {
            cache.event(EventKind.UPDATE, Flows.flow(1, mark));
        }
        Drained drained = drain();
        assertThat(drained.records).hasSize(1);
        assertThat(drained.records.getFirst().mark()).isEqualTo(100);
        cache.event(EventKind.DESTROY, Flows.flow(1));
        assertThat(drain().removed).isOne();
        assertThat(cache.unsent()).isZero();
    }

    @Test
    void shouldNotSendWhatOnlyItsTimerChanged() {
        cache.event(EventKind.NEW, Flows.flow(1));
        drain();
        ConntrackBuilder later = Flows.builder(1);
        later.timeoutSeconds = 431_000;
        cache.event(EventKind.UPDATE, Flows.built(later));
        assertThat(drain().records).isEmpty();
    }

    @Test
    void shouldRefuseAndCountWhatIsBeyondItsLimit() {
        InternalCache small = new InternalCache(clock, 10);
        for (int flow = 0; flow < 15; flow++) {
            small.event(EventKind.NEW, Flows.flow(flow));
        }
        assertThat(small.size(Kind.CONNTRACK)).isEqualTo(10);
        assertThat(small.counters().refused()).isEqualTo(5);
        small.event(EventKind.UPDATE, Flows.flow(3, 9));
        assertThat(small.counters().refused()).as("known flows are updated").isEqualTo(5);
        small.event(EventKind.DESTROY, Flows.flow(3));
        small.event(EventKind.NEW, Flows.flow(12));
        assertThat(small.size(Kind.CONNTRACK)).isEqualTo(10);
        assertThat(small.counters().snapshot())
                .containsEntry("created", 11L)
                .containsEntry("updated", 1L)
                .containsEntry("destroyed", 1L)
                .containsEntry("refused", 5L);
        for (int number = 0; number < 12; number++) {
            small.event(EventKind.NEW, Flows.expectation(number));
        }
        assertThat(small.size(Kind.EXPECTATION))
                .as("each kind has its own limit")
                .isEqualTo(10);
    }

    @Test
    void shouldForgetAFlowThatIsNoLongerReplicated() {
        cache.event(EventKind.NEW, Flows.flow(1));
        drain();
        cache.filtered(Flows.flow(1));
        cache.filtered(Flows.flow(2));
        assertThat(cache.counters().filtered()).isEqualTo(2);
        assertThat(drain().removed).isOne();
        assertThat(cache.size(Kind.CONNTRACK)).isZero();
    }

    /** With a filter by state such a flow was left out on purpose, and its state is not known. */
    @Test
    void shouldNotTakeAnUnknownFlowWhoseStateIsNotTold() {
        ConntrackBuilder update = Flows.builder(1);
        update.state = null;
        cache.event(EventKind.UPDATE, Flows.built(update));
        assertThat(contents()).isEmpty();
        ConntrackBuilder udp = Flows.builder(3);
        udp.state = null;
        cache.event(EventKind.UPDATE, Flows.built(udp));
        assertThat(contents()).hasSize(1);
    }

    @Test
    void shouldAddUpdateAndRemoveByAReread() {
        for (int flow = 0; flow < 10; flow++) {
            cache.event(EventKind.NEW, Flows.flow(flow));
        }
        cache.event(EventKind.NEW, Flows.expectation(1));
        cache.event(EventKind.NEW, Flows.expectation(2));
        drain();
        cache.beginReread();
        assertThat(cache.reread(Flows.flow(1))).isEqualTo(Reread.SAME);
        assertThat(cache.reread(Flows.flow(2, 5))).isEqualTo(Reread.UPDATED);
        assertThat(cache.reread(Flows.flow(50))).isEqualTo(Reread.ADDED);
        assertThat(cache.reread(Flows.expectation(1))).isEqualTo(Reread.SAME);
        assertThat(cache.endReread()).isEqualTo(9);
        assertThat(contents().keySet()).containsExactlyInAnyOrder(Flows.tuple(1), Flows.tuple(2), Flows.tuple(50));
        Drained drained = drain();
        assertThat(drained.removed).isEqualTo(8);
        assertThat(drained.records).hasSize(2);
        assertThat(cache.size(Kind.EXPECTATION)).isOne();
    }

    @Test
    void shouldKeepTheStateOfAnOffloadedFlow() {
        cache.event(EventKind.NEW, Flows.flow(1));
        ConntrackBuilder dumped = Flows.builder(1);
        dumped.status |= Status.OFFLOAD;
        dumped.state = null;
        ConntrackBuilder unknown = Flows.builder(2);
        unknown.status |= Status.HW_OFFLOAD;
        unknown.state = null;
        cache.beginReread();
        cache.reread(Flows.built(dumped));
        cache.reread(Flows.built(unknown));
        cache.endReread();
        assertThat(Known.in(contents(), Flows.tuple(1)).state())
                .isEqualTo(Flows.flow(1).state());
        assertThat(Known.in(contents(), Flows.tuple(2)).state())
                .as("only live flows are offloaded")
                .isEqualTo(new TcpState(TcpState.ESTABLISHED, 0, 0, 0, 0));
    }

    @Test
    void shouldRefreshOnlyTheAdjustmentsOfWhatItOwns() {
        cache.event(EventKind.NEW, Flows.flow(1, 7));
        ConntrackBuilder read = Flows.builder(1);
        read.originalAdjustment = new SequenceAdjustment(100, 0, 4);
        read.state = new TcpState(TcpState.CLOSE, 0, 0, 0, 0);
        cache.refresh(Flows.built(read));
        cache.refresh(Flows.flow(2));
        Conntrack now = Known.in(contents(), Flows.tuple(1));
        assertThat(now.originalAdjustment()).isEqualTo(new SequenceAdjustment(100, 0, 4));
        assertThat(now.state()).isEqualTo(Flows.flow(1).state());
        assertThat(now.mark()).isEqualTo(7);
        assertThat(contents()).hasSize(1);
    }

    @Test
    void shouldBelieveEventsMoreThanWhatARereadSawBefore() {
        cache.event(EventKind.NEW, Flows.flow(1));
        cache.event(EventKind.NEW, Flows.flow(2));
        cache.event(EventKind.NEW, Flows.flow(5));
        cache.beginReread();
        cache.event(EventKind.UPDATE, Flows.flow(1, 77));
        cache.event(EventKind.DESTROY, Flows.flow(2));
        cache.event(EventKind.NEW, Flows.flow(4));
        cache.event(EventKind.DESTROY, Flows.flow(5));
        cache.event(EventKind.NEW, Flows.flow(5, 3));
        cache.event(EventKind.DESTROY, Flows.flow(8));
        // The dump was taken before the events were heard.
        cache.reread(Flows.flow(1));
        cache.reread(Flows.flow(2));
        cache.reread(Flows.flow(5));
        cache.reread(Flows.flow(8));
        assertThat(cache.endReread()).isZero();
        Map<Tuple, Conntrack> contents = contents();
        assertThat(contents.keySet()).containsExactlyInAnyOrder(Flows.tuple(1), Flows.tuple(4), Flows.tuple(5));
        assertThat(Known.in(contents, Flows.tuple(1)).mark()).isEqualTo(77);
        assertThat(Known.in(contents, Flows.tuple(5)).mark()).isEqualTo(3);
    }

    @Test
    void shouldRemoveNothingByARereadThatFailed() {
        for (int flow = 0; flow < 10; flow++) {
            cache.event(EventKind.NEW, Flows.flow(flow));
        }
        cache.beginReread();
        cache.reread(Flows.flow(1));
        cache.abandonReread();
        assertThat(contents()).hasSize(10);
        cache.beginReread();
        for (int flow = 0; flow < 10; flow++) {
            assertThat(cache.reread(Flows.flow(flow))).isEqualTo(Reread.SAME);
        }
        assertThat(cache.endReread()).isZero();
    }

    @Test
    void shouldStartOverWhenMoreWasDestroyedThanItRemembers() {
        cache.event(EventKind.NEW, Flows.flow(0));
        cache.beginReread();
        for (int flow = 1; flow < 1_100_000; flow++) {
            cache.event(EventKind.DESTROY, Flows.flow(flow));
        }
        assertThat(cache.endReread()).isEqualTo(-1);
        assertThat(contents()).hasSize(1);
        cache.beginReread();
        assertThat(cache.reread(Flows.flow(0))).isEqualTo(Reread.SAME);
        assertThat(cache.endReread()).isZero();
    }

    @Test
    void shouldReleaseOnlyWhatNothingTouchedSince() {
        for (int flow = 0; flow < 10; flow++) {
            cache.event(EventKind.NEW, Flows.flow(flow));
        }
        cache.beginRelease();
        cache.event(EventKind.UPDATE, Flows.flow(3, 1));
        cache.event(EventKind.NEW, Flows.flow(20));
        cache.event(EventKind.DESTROY, Flows.flow(4));
        List<Tuple> asked = new ArrayList<>();
        int released = cache.released(Kind.CONNTRACK, (bytes, from, length) -> {
            Tuple tuple = decoded(bytes, from, length).original();
            asked.add(tuple);
            return !tuple.equals(Flows.tuple(5));
        });
        assertThat(asked).hasSize(8);
        assertThat(released).isEqualTo(7);
        assertThat(contents().keySet()).containsExactlyInAnyOrder(Flows.tuple(3), Flows.tuple(5), Flows.tuple(20));
    }

    @Test
    void shouldTellWhatItOwns() {
        cache.adopt(Flows.flow(1));
        cache.adopt(Flows.expectation(1));
        assertThat(cache.owns(Flows.flow(1))).isTrue();
        assertThat(cache.owns(Flows.flow(2))).isFalse();
        cache.disown(Flows.flow(1));
        cache.disown(Flows.expectation(1));
        assertThat(cache.owns(Flows.flow(1))).isFalse();
        assertThat(cache.size(Kind.EXPECTATION)).isZero();
    }

    @Test
    void shouldCountAsAnnouncedWhatWasSettled() {
        cache.event(EventKind.NEW, Flows.flow(1));
        cache.event(EventKind.NEW, Flows.expectation(1));
        assertThat(cache.announced(Kind.CONNTRACK)).isZero();
        assertThat(cache.unsent()).isEqualTo(2);
        cache.settleAll();
        assertThat(cache.announced(Kind.CONNTRACK)).isOne();
        assertThat(cache.announced(Kind.EXPECTATION)).isOne();
        assertThat(cache.sum(Kind.CONNTRACK)).isEqualTo(StoreModel.contentHash(Flows.record(Flows.flow(1))));
        assertThat(cache.unsent()).isZero();
        assertThat(cache.flush(Kind.CONNTRACK)).isOne();
        assertThat(cache.flush(Kind.EXPECTATION)).isOne();
        assertThat(cache.announced(Kind.CONNTRACK)).as("until it is told").isOne();
        assertThat(drain().removed).isOne();
        assertThat(cache.announced(Kind.CONNTRACK)).isZero();
    }

    /** Re-reading against events in any order: the end is the table as the events left it. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35, 36, 37, 38})
    void shouldEndWithTheTableHoweverEventsAndDumpMeet(long seed) {
        Random random = new Random(seed);
        Map<Tuple, Conntrack> table = new HashMap<>();
        Set<Integer> flows = new HashSet<>();
        for (int step = 0; step < 300; step++) {
            change(random, table, flows, random.nextInt(10) < 7);
        }
        for (int round = 0; round < 20; round++) {
            cache.beginReread();
            List<Integer> order = new ArrayList<>(flows);
            order.addAll(List.of(1000, 1001, 1002));
            Collections.shuffle(order, random);
            for (int flow : order) {
                // The dump shows the flow as it is now; events that are under way come before or after it.
                Conntrack seen = table.get(Flows.tuple(flow));
                boolean eventFirst = random.nextBoolean();
                if (eventFirst) {
                    changeOne(random, table, flows, flow, true);
                }
                if (seen != null) {
                    cache.reread(seen);
                }
                if (!eventFirst) {
                    changeOne(random, table, flows, flow, true);
                }
            }
            assertThat(cache.endReread()).isNotNegative();
            Map<Tuple, Conntrack> contents = contents();
            assertThat(contents.keySet()).isEqualTo(table.keySet());
            table.forEach((tuple, entry) ->
                    assertThat(Known.in(contents, tuple).mark()).isEqualTo(entry.mark()));
            for (int step = 0; step < 30; step++) {
                change(random, table, flows, random.nextBoolean());
            }
        }
    }

    private void change(Random random, Map<Tuple, Conntrack> table, Set<Integer> flows, boolean heard) {
        changeOne(random, table, flows, random.nextInt(200), heard);
    }

    private void changeOne(Random random, Map<Tuple, Conntrack> table, Set<Integer> flows, int flow, boolean heard) {
        Conntrack known = table.get(Flows.tuple(flow));
        int action = random.nextInt(4);
        if (action == 0) {
            return;
        }
        if (known != null && action == 1) {
            table.remove(Flows.tuple(flow));
            flows.remove(flow);
            if (heard) {
                cache.event(EventKind.DESTROY, known);
            }
            return;
        }
        ConntrackBuilder entry = Flows.builder(flow);
        entry.mark = random.nextInt();
        entry.state = known == null || entry.state == null ? entry.state : new TcpState(random.nextInt(8), 7, 7, 1, 1);
        Conntrack now = Flows.built(entry);
        table.put(Flows.tuple(flow), now);
        flows.add(flow);
        if (heard) {
            cache.event(known == null ? EventKind.NEW : EventKind.UPDATE, now);
        }
    }
}
