package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Tuple;
import org.junit.jupiter.api.Test;

final class TwinSourceTest {
    private final ExternalCache external = new ExternalCache(Clock.SYSTEM, 10_000, false);

    private void put(String origin, int flow, int mark) {
        put(origin, Kind.CONNTRACK, Flows.record(Flows.flow(flow, mark)));
    }

    private void put(String origin, Kind kind, byte[] record) {
        Twin twin = Known.known(external.twin(origin));
        twin.lock();
        try {
            twin.put(kind, record, 0, record.length);
        } catch (MalformedWireException notARecord) {
            throw new AssertionError(notARecord);
        } finally {
            twin.unlock();
        }
    }

    @Test
    void shouldVisitTheHighestRankingOriginFirstAndAFlowOnce() {
        for (int flow = 0; flow < 300; flow++) {
            put("low", flow, 1);
            put("middle", flow + 100, 2);
            put("high", flow + 200, 3);
        }
        put("low", Kind.EXPECTATION, Flows.record(Flows.expectation(1, 0, "low")));
        put("high", Kind.EXPECTATION, Flows.record(Flows.expectation(1, 0, "high")));
        TwinSource source = new TwinSource(external, Map.of("low", 1L, "middle", 2L, "high", 3L)::get);
        Map<Tuple, Integer> seen = new HashMap<>();
        List<Integer> order = new ArrayList<>();
        List<String> origins = List.of("", "low", "middle", "high");
        source.entries(entry -> {
            assertThat(seen.put(entry.original(), entry.mark())).as("once").isNull();
            assertThat(source.currentOrigin()).isEqualTo(origins.get(entry.mark()));
            if (order.isEmpty() || order.getLast() != entry.mark()) {
                order.add(entry.mark());
            }
        });
        assertThat(order).containsExactly(3, 2, 1);
        assertThat(seen).hasSize(500);
        for (int flow = 0; flow < 500; flow++) {
            assertThat(seen.get(Flows.tuple(flow))).isEqualTo(flow < 100 ? 1 : flow < 200 ? 2 : 3);
        }
        assertThat(source.currentOrigin()).isEmpty();
        List<String> helpers = new ArrayList<>();
        source.expectations(expectation -> helpers.add(String.valueOf(expectation.helper())));
        assertThat(helpers).containsExactly("high");
    }

    @Test
    void shouldPassOverWhatCannotBeRead() {
        put("fw1", 1, 0);
        WireBuffer record = new WireBuffer(64);
        record.key(new byte[] {1, 2, 3}, 0, 3);
        put("fw1", Kind.CONNTRACK, record.copy());
        List<Tuple> seen = new ArrayList<>();
        new TwinSource(external, origin -> 0).entries(entry -> seen.add(entry.original()));
        assertThat(seen).containsExactly(Flows.tuple(1));
    }
}
