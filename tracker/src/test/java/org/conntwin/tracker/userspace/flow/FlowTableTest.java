package org.conntwin.tracker.userspace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final long LIFETIME = 30_000_000_000L;

    /** Where a flow is found: zones count by direction, so that one tuple may lead to two flows. */
    private record Place(Tuple tuple, int zone, int direction) {}

    private final TupleKey key = new TupleKey();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatAMapOfBothDirectionsFinds(long seed) {
        Random random = new Random(seed);
        FlowTable table = new FlowTable(64); // small, so that buckets are shared
        Map<Place, Flow> model = new HashMap<>();
        Set<Flow> flows = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            Tuple original = tuple(random);
            Zone zone = zone(random);
            if (random.nextInt(3) > 0) {
                Tuple reply = random.nextInt(3) > 0 ? original.inverted() : translated(original, random);
                Flow flow = new Flow(key(original), reply, zone, step + 1);
                flow.end = LIFETIME;
                Flow other = table.insert(flow, 0);
                Set<Flow> inTheWay = met(model, original, zone.originalId(), zone.replyId());
                inTheWay.addAll(met(model, reply, zone.originalId(), zone.replyId()));
                if (other == null) {
                    assertThat(inTheWay).isEmpty();
                    flow.status |= Status.CONFIRMED;
                    flows.add(flow);
                    model.put(new Place(original, zone.originalId(), Flow.ORIGINAL), flow);
                    model.put(new Place(reply, zone.replyId(), Flow.REPLY), flow);
                } else {
                    assertThat(inTheWay).contains(other);
                }
            } else {
                Flow gone = table.find(original, zone);
                if (gone != null) {
                    table.remove(gone);
                    flows.remove(gone);
                    model.values().remove(gone);
                    model.values().remove(gone);
                }
            }
            Tuple wanted = tuple(random);
            Zone where = zone(random);
            Set<Flow> expected = met(model, wanted, where.originalId(), where.replyId());
            Flow found = table.find(wanted, where);
            if (found == null) {
                assertThat(expected).isEmpty();
            } else {
                assertThat(expected).contains(found);
                assertThat(found.tuple(table.direction())).isEqualTo(wanted);
            }
        }
        assertThat(flows).hasSizeGreaterThan(50);
        assertThat(table.count()).isEqualTo(flows.size());
        assertThat(table.broken()).isNull();
        Set<Flow> visited = new HashSet<>();
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            table.visit(bucket, visited::add);
        }
        assertThat(visited).isEqualTo(flows);
    }

    @Test
    void bothTuplesOfAFlowFallIntoOneBucketUnlessItIsTranslated() {
        FlowTable table = new FlowTable(1 << 16);
        Random random = new Random(9);
        int apart = 0;
        for (int i = 0; i < 1_000; i++) {
            Tuple original = tuple(random);
            assertThat(bucket(table, original.inverted())).isEqualTo(bucket(table, original));
            Tuple another = tuple(random);
            apart += bucket(table, another) == bucket(table, original) ? 0 : 1;
        }
        assertThat(apart).isGreaterThan(950);
    }

    @Test
    void whoVisitsABucketMayEndOtherFlowsOfItWithOne() {
        FlowTable table = new FlowTable(1);
        List<Flow> bucket = new ArrayList<>();
        for (int port = 1; bucket.size() < 4; port++) {
            Tuple original = new Tuple(Family.IPV4, 6, 0, 0x0a00_0001L, 0, 0x0a00_0002L, port, 80);
            if (table.bucket(key(original), 0) == 0) {
                Flow flow = new Flow(key(original), original.inverted(), Zone.DEFAULT, port);
                flow.end = LIFETIME;
                table.insert(flow, 0);
                bucket.add(flow);
            }
        }
        List<Flow> met = new ArrayList<>();

        table.visit(0, flow -> {
            if (met.isEmpty()) {
                // The first one that is met was taken in last.
                table.remove(bucket.get(3));
                table.remove(bucket.get(2));
            }
            met.add(flow);
        });

        assertThat(met).containsExactly(bucket.get(3), bucket.get(1), bucket.get(0));
    }

    private static Set<Flow> met(Map<Place, Flow> model, Tuple tuple, int originalZone, int replyZone) {
        Set<Flow> met = new HashSet<>();
        met.add(model.get(new Place(tuple, originalZone, Flow.ORIGINAL)));
        met.add(model.get(new Place(tuple, replyZone, Flow.REPLY)));
        met.remove(null);
        return met;
    }

    private int bucket(FlowTable table, Tuple tuple) {
        return table.bucket(key(tuple), 0);
    }

    private TupleKey key(Tuple tuple) {
        key.set(tuple);
        return key;
    }

    private static Zone zone(Random random) {
        int id = random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> Zone.of(id, Zone.Scope.ORIGINAL);
            case 1 -> Zone.of(id, Zone.Scope.REPLY);
            default -> Zone.of(id, Zone.Scope.BOTH);
        };
    }

    /** Another tuple of the same protocol. */
    private static Tuple translated(Tuple original, Random random) {
        Tuple other = tuple(random);
        while (other.family() != original.family() || other.protocol() != original.protocol()) {
            other = tuple(random);
        }
        return other;
    }

    /** Few enough that they meet again. */
    private static Tuple tuple(Random random) {
        boolean six = random.nextBoolean();
        long high = six ? 0x2001_0db8_0000_0000L : 0;
        return new Tuple(
                six ? Family.IPV6 : Family.IPV4,
                random.nextBoolean() ? 6 : 17,
                high,
                0x0a00_0001L + random.nextInt(3),
                high,
                0x0a00_0001L + random.nextInt(3),
                1 + random.nextInt(4),
                1 + random.nextInt(4));
    }
}
