package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.fake.SteppedClock;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.Test;

/** Events in, the latest state of each flow out. */
final class InternalCacheTest {
    private final SteppedClock clock = new SteppedClock();
    private final InternalCache cache = new InternalCache(clock, 100_000);

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
        Conntrack now = Known.in(Drained.contents(cache), Flows.tuple(1));
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
        assertThat(Known.in(Drained.contents(cache), Flows.tuple(1)).labels()).isNull();
    }

    @Test
    void shouldSendOnlyTheLatestStateOfABurst() {
        for (int mark = 1; mark <= 100; mark++) {
            cache.event(EventKind.UPDATE, Flows.flow(1, mark));
        }
        Drained drained = Drained.of(cache);
        assertThat(drained.records).hasSize(1);
        assertThat(drained.records.getFirst().mark()).isEqualTo(100);
        cache.event(EventKind.DESTROY, Flows.flow(1));
        assertThat(Drained.of(cache).removed).isOne();
        assertThat(cache.unsent()).isZero();
    }

    @Test
    void shouldNotSendWhatOnlyItsTimerChanged() {
        cache.event(EventKind.NEW, Flows.flow(1));
        Drained.of(cache);
        ConntrackBuilder later = Flows.builder(1);
        later.timeoutSeconds = 431_000;
        cache.event(EventKind.UPDATE, Flows.built(later));
        assertThat(Drained.of(cache).records).isEmpty();
    }

    @Test
    void shouldLackWhatItRefusedUntilAReadingFindsRoomForAll() {
        InternalCache small = new InternalCache(clock, 10);
        for (int flow = 0; flow < 11; flow++) {
            small.event(EventKind.NEW, Flows.flow(flow));
        }
        assertThat(small.lacking()).isTrue();
        assertThat(small.roomAgain(() -> 11)).isFalse();
        small.event(EventKind.DESTROY, Flows.flow(3));
        assertThat(small.roomAgain(() -> 11)).as("a sixteenth is free").isTrue();
        reread(small, 4, 13);
        assertThat(small.lacking()).as("two are still too many").isTrue();
        assertThat(small.roomAgain(() -> 11)).isFalse();
        assertThat(small.roomAgain(() -> 10)).isTrue();
        reread(small, 4, 11);
        assertThat(small.lacking()).isFalse();
        assertThat(small.roomAgain(() -> 10)).isFalse();
    }

    @Test
    void shouldNotBeFullForARecordThatIsTooLong() {
        ConntrackBuilder tooLong = Flows.builder(1);
        tooLong.helper = "h".repeat(3_000);
        cache.event(EventKind.NEW, Flows.built(tooLong));
        assertThat(cache.size(Kind.CONNTRACK)).isZero();
        assertThat(cache.counters().snapshot()).containsEntry("refused", 0L).containsEntry("tooLong", 1L);
        assertThat(cache.lacking()).isFalse();
        assertThat(cache.roomAgain(() -> 1)).isFalse();
    }

    private static void reread(InternalCache cache, int first, int end) {
        cache.beginReread(false);
        for (int flow = 0; flow < 3; flow++) {
            cache.reread(Flows.flow(flow));
        }
        for (int flow = first; flow < end; flow++) {
            cache.reread(Flows.flow(flow));
        }
        cache.endReread();
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
        Drained.of(cache);
        cache.filtered(Flows.flow(1));
        cache.filtered(Flows.flow(2));
        assertThat(cache.counters().filtered()).isEqualTo(2);
        assertThat(Drained.of(cache).removed).isOne();
        assertThat(cache.size(Kind.CONNTRACK)).isZero();
    }

    /** With a filter by state such a flow was left out on purpose, and its state is not known. */
    @Test
    void shouldNotTakeAnUnknownFlowWhoseStateIsNotTold() {
        ConntrackBuilder update = Flows.builder(1);
        update.state = null;
        cache.event(EventKind.UPDATE, Flows.built(update));
        assertThat(Drained.contents(cache)).isEmpty();
        ConntrackBuilder udp = Flows.builder(3);
        udp.state = null;
        cache.event(EventKind.UPDATE, Flows.built(udp));
        assertThat(Drained.contents(cache)).hasSize(1);
    }

    @Test
    void shouldRefreshOnlyTheAdjustmentsOfWhatItOwns() {
        cache.event(EventKind.NEW, Flows.flow(1, 7));
        ConntrackBuilder read = Flows.builder(1);
        read.originalAdjustment = new SequenceAdjustment(100, 0, 4);
        read.state = new TcpState(TcpState.CLOSE, 0, 0, 0, 0);
        cache.refresh(Flows.built(read));
        cache.refresh(Flows.flow(2));
        Conntrack now = Known.in(Drained.contents(cache), Flows.tuple(1));
        assertThat(now.originalAdjustment()).isEqualTo(new SequenceAdjustment(100, 0, 4));
        assertThat(now.state()).isEqualTo(Flows.flow(1).state());
        assertThat(now.mark()).isEqualTo(7);
        assertThat(Drained.contents(cache)).hasSize(1);
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
            Tuple tuple = Drained.decoded(bytes, from, length).original();
            asked.add(tuple);
            return !tuple.equals(Flows.tuple(5));
        });
        assertThat(asked).hasSize(8);
        assertThat(released).isEqualTo(7);
        assertThat(Drained.contents(cache).keySet())
                .containsExactlyInAnyOrder(Flows.tuple(3), Flows.tuple(5), Flows.tuple(20));
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
        assertThat(Drained.of(cache).removed).isOne();
        assertThat(cache.announced(Kind.CONNTRACK)).isZero();
    }
}
