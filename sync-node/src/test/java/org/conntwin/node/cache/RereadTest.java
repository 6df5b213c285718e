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
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.fake.SteppedClock;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Unread;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache after its table was read again, whatever came in between. */
final class RereadTest {
    private final InternalCache cache = new InternalCache(new SteppedClock(), 100_000);

    @Test
    void shouldAddUpdateAndRemoveByAReread() {
        for (int flow = 0; flow < 10; flow++) {
            cache.event(EventKind.NEW, Flows.flow(flow));
        }
        cache.event(EventKind.NEW, Flows.expectation(1));
        cache.event(EventKind.NEW, Flows.expectation(2));
        Drained.of(cache);
        cache.beginReread(false);
        assertThat(cache.reread(Flows.flow(1))).isEqualTo(Reread.SAME);
        assertThat(cache.reread(Flows.flow(2, 5))).isEqualTo(Reread.UPDATED);
        assertThat(cache.reread(Flows.flow(50))).isEqualTo(Reread.ADDED);
        assertThat(cache.reread(Flows.expectation(1))).isEqualTo(Reread.SAME);
        assertThat(cache.endReread()).isEqualTo(9);
        assertThat(Drained.contents(cache).keySet())
                .containsExactlyInAnyOrder(Flows.tuple(1), Flows.tuple(2), Flows.tuple(50));
        Drained drained = Drained.of(cache);
        assertThat(drained.removed).isEqualTo(8);
        assertThat(drained.records).hasSize(2);
        assertThat(cache.size(Kind.EXPECTATION)).isOne();
    }

    @Test
    void shouldKeepWhatNoTableTellsAndThisVersionCannotRead() {
        byte[] bytes = {(byte) 0xc8, 0x3e, 1};
        Unread unread = new Unread(bytes, 0, 3);
        for (int flow = 1; flow <= 4; flow++) {
            ConntrackBuilder told = Flows.builder(flow);
            told.unread = unread;
            cache.adopt(Flows.built(told));
        }
        Drained.of(cache);
        cache.beginReread(false);
        assertThat(cache.reread(Flows.flow(1))).isEqualTo(Reread.SAME);
        assertThat(cache.reread(Flows.flow(2, 5))).isEqualTo(Reread.UPDATED);
        ConntrackBuilder offloaded = Flows.builder(4);
        offloaded.status |= Status.OFFLOAD;
        offloaded.state = null;
        assertThat(cache.reread(Flows.built(offloaded))).isEqualTo(Reread.UPDATED);
        cache.event(EventKind.UPDATE, Flows.flow(3, 6));
        cache.refresh(Flows.flow(3));
        cache.endReread();
        assertThat(Drained.of(cache).records).hasSize(3);
        Map<Tuple, Conntrack> contents = Drained.contents(cache);
        for (int flow = 1; flow <= 4; flow++) {
            assertThat(Known.in(contents, Flows.tuple(flow)).unread())
                    .as("flow " + flow)
                    .isEqualTo(unread);
        }
        cache.event(EventKind.NEW, Flows.flow(1));
        assertThat(Known.in(Drained.contents(cache), Flows.tuple(1)).unread())
                .as("another flow")
                .isNull();
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
        cache.beginReread(false);
        cache.reread(Flows.built(dumped));
        cache.reread(Flows.built(unknown));
        cache.endReread();
        assertThat(Known.in(Drained.contents(cache), Flows.tuple(1)).state())
                .isEqualTo(Flows.flow(1).state());
        assertThat(Known.in(Drained.contents(cache), Flows.tuple(2)).state())
                .as("only live flows are offloaded")
                .isEqualTo(new TcpState(TcpState.ESTABLISHED, 0, 0, 0, 0));
    }

    @Test
    void shouldBelieveEventsMoreThanWhatARereadSawBefore() {
        cache.event(EventKind.NEW, Flows.flow(1));
        cache.event(EventKind.NEW, Flows.flow(2));
        cache.event(EventKind.NEW, Flows.flow(5));
        cache.beginReread(false);
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
        Map<Tuple, Conntrack> contents = Drained.contents(cache);
        assertThat(contents.keySet()).containsExactlyInAnyOrder(Flows.tuple(1), Flows.tuple(4), Flows.tuple(5));
        assertThat(Known.in(contents, Flows.tuple(1)).mark()).isEqualTo(77);
        assertThat(Known.in(contents, Flows.tuple(5)).mark()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeAsTouchedOnlyWhatPacketsDidWhileNobodyListenedOnPurpose(boolean unheardPackets) {
        cache.event(EventKind.NEW, Flows.flow(1));
        cache.event(EventKind.NEW, Flows.flow(2));
        cache.beginRelease();
        cache.beginReread(unheardPackets);
        cache.reread(Flows.flow(1));
        cache.reread(Flows.flow(2, 5));
        cache.reread(Flows.flow(3));
        cache.endReread();
        assertThat(cache.untouched(Flows.flow(1))).isTrue();
        assertThat(cache.untouched(Flows.flow(2))).isEqualTo(!unheardPackets);
        assertThat(cache.untouched(Flows.flow(3))).isEqualTo(!unheardPackets);
    }

    @Test
    void shouldRemoveNothingByARereadThatFailed() {
        for (int flow = 0; flow < 10; flow++) {
            cache.event(EventKind.NEW, Flows.flow(flow));
        }
        cache.beginReread(false);
        cache.reread(Flows.flow(1));
        cache.abandonReread();
        assertThat(Drained.contents(cache)).hasSize(10);
        cache.beginReread(false);
        for (int flow = 0; flow < 10; flow++) {
            assertThat(cache.reread(Flows.flow(flow))).isEqualTo(Reread.SAME);
        }
        assertThat(cache.endReread()).isZero();
    }

    @Test
    void shouldStartOverWhenMoreWasDestroyedThanItRemembers() {
        cache.event(EventKind.NEW, Flows.flow(0));
        cache.beginReread(false);
        for (int flow = 1; flow < 1_100_000; flow++) {
            cache.event(EventKind.DESTROY, Flows.flow(flow));
        }
        assertThat(cache.endReread()).isEqualTo(-1);
        assertThat(Drained.contents(cache)).hasSize(1);
        cache.beginReread(false);
        assertThat(cache.reread(Flows.flow(0))).isEqualTo(Reread.SAME);
        assertThat(cache.endReread()).isZero();
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
            cache.beginReread(false);
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
            Map<Tuple, Conntrack> contents = Drained.contents(cache);
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
