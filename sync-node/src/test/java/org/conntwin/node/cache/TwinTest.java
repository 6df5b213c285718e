package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.SteppedClock;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.junit.jupiter.api.Test;

final class TwinTest {
    private final ExternalCache external = new ExternalCache(new SteppedClock(), 1000, true);
    private final Twin twin = twin("fw1");

    private Twin twin(String origin) {
        Twin made = external.twin(origin);
        if (made == null) {
            throw new AssertionError("no twin of " + origin);
        }
        return made;
    }

    private static void put(Twin twin, int flow) throws MalformedWireException {
        byte[] record = Flows.record(Flows.flow(flow));
        twin.put(Kind.CONNTRACK, record, 0, record.length);
    }

    private static boolean holds(Twin twin, int flow) {
        byte[] key = Flows.key(Flows.flow(flow));
        byte[] record = Flows.record(Flows.flow(flow));
        boolean byKey = twin.contains(Kind.CONNTRACK, key, 0, key.length);
        assertThat(twin.containsRecord(Kind.CONNTRACK, record, 0, record.length))
                .isEqualTo(byKey);
        return byKey;
    }

    private static List<String> drain(Twin twin, int most) {
        List<String> told = new ArrayList<>();
        twin.drain(Kind.CONNTRACK, most, new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int since) {
                told.add("put");
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {
                told.add("removed");
            }
        });
        return told;
    }

    @Test
    void shouldReplaceABucketWhole() throws MalformedWireException {
        for (int flow = 0; flow < 500; flow++) {
            put(twin, flow);
        }
        int bucket = StoreModel.bucketOf(Kind.CONNTRACK, StoreModel.keyOf(Flows.record(Flows.flow(1))));
        byte[] ghost = Flows.record(Flows.flow(1));
        twin.beginBucket(Kind.CONNTRACK, bucket);
        twin.endBucket(Kind.CONNTRACK, bucket);
        assertThat(holds(twin, 1)).isFalse();
        assertThat(holds(twin, 2)).isTrue();
        twin.beginBucket(Kind.CONNTRACK, bucket);
        twin.put(Kind.CONNTRACK, ghost, 0, ghost.length);
        twin.endBucket(Kind.CONNTRACK, bucket);
        assertThat(holds(twin, 1)).isTrue();
        assertThat(twin.size(Kind.CONNTRACK)).isEqualTo(500);
    }

    @Test
    void shouldTellWhereDigestsDiffer() throws MalformedWireException {
        InternalCache origin = new InternalCache(new SteppedClock(), 1000);
        for (int flow = 0; flow < 300; flow++) {
            origin.adopt(Flows.flow(flow));
            put(twin, flow);
        }
        origin.settleAll();
        long[] digests = origin.digests(Kind.CONNTRACK);
        assertThat(twin.agrees(Kind.CONNTRACK, origin.sum(Kind.CONNTRACK), 300)).isTrue();
        assertThat(twin.differing(Kind.CONNTRACK, 0, digests).isEmpty()).isTrue();
        byte[] other = Flows.record(Flows.flow(7, 1));
        twin.put(Kind.CONNTRACK, other, 0, other.length);
        byte[] key = Flows.key(Flows.flow(8));
        twin.remove(Kind.CONNTRACK, key, 0, key.length);
        put(twin, 900);
        BitSet expected = new BitSet();
        for (int flow : new int[] {7, 8, 900}) {
            expected.set(StoreModel.bucketOf(Kind.CONNTRACK, StoreModel.keyOf(Flows.record(Flows.flow(flow)))));
        }
        assertThat(twin.agrees(Kind.CONNTRACK, origin.sum(Kind.CONNTRACK), 300)).isFalse();
        assertThat(twin.differing(Kind.CONNTRACK, 0, digests)).isEqualTo(expected);
    }

    @Test
    void shouldTellWhoeverDrains() throws MalformedWireException {
        put(twin, 1);
        put(twin, 2);
        assertThat(drain(twin, 1)).containsExactly("put");
        assertThat(drain(twin, 10)).containsExactly("put");
        byte[] key = Flows.key(Flows.flow(1));
        twin.remove(Kind.CONNTRACK, key, 0, key.length);
        assertThat(drain(twin, 10)).containsExactly("removed");
        byte[] second = Flows.key(Flows.flow(2));
        twin.markAgain(Kind.CONNTRACK, second, 0, second.length);
        twin.markAgain(Kind.CONNTRACK, key, 0, key.length);
        assertThat(drain(twin, 10)).containsExactly("put");
        assertThat(twin.flush(Kind.CONNTRACK)).isOne();
        assertThat(drain(twin, 10)).containsExactly("removed");
    }

    @Test
    void shouldRefuseAndCountWhatIsBeyondItsLimit() throws MalformedWireException {
        for (int flow = 0; flow < 1005; flow++) {
            put(twin, flow);
        }
        assertThat(twin.size(Kind.CONNTRACK)).isEqualTo(1000);
        assertThat(external.counters().refused()).isEqualTo(5);
        assertThat(external.lacking()).isTrue();
        assertThat(twin.hasRoomFor(1000)).isTrue();
        assertThat(twin.hasRoomFor(1001)).isFalse();
        assertThat(external.flush(Kind.CONNTRACK)).isEqualTo(1000);
        assertThat(external.lacking()).isFalse();
    }

    @Test
    void shouldGiveBackTheRoomOfWhateverGoes() throws MalformedWireException {
        for (int round = 0; round < 2; round++) {
            for (int flow = 0; flow < 1000; flow++) {
                put(twin, flow);
            }
            for (int flow = 0; flow < 1000; flow++) {
                byte[] key = Flows.key(Flows.flow(flow));
                if (flow % 2 == 0) {
                    twin.forget(Kind.CONNTRACK, key, 0, key.length);
                } else {
                    twin.remove(Kind.CONNTRACK, key, 0, key.length);
                }
            }
        }
        assertThat(external.counters().refused()).isZero();
        assertThat(twin.hasRoomFor(1000)).isTrue();
    }

    @Test
    void shouldHaveOneLimitForAllOriginsAndKinds() throws MalformedWireException {
        Twin other = twin("fw2");
        for (int flow = 0; flow < 600; flow++) {
            put(twin, flow);
            put(other, flow);
        }
        byte[] expectation = Flows.record(Flows.expectation(1));
        twin.put(Kind.EXPECTATION, expectation, 0, expectation.length);
        assertThat(external.size(Kind.CONNTRACK)).isEqualTo(1000);
        assertThat(external.size(Kind.EXPECTATION)).isZero();
        assertThat(external.counters().refused()).isEqualTo(201);
        put(other, 1);
        assertThat(external.counters().refused()).as("known flows are updated").isEqualTo(201);
        assertThat(twin.hasRoomFor(500)).isTrue();
        assertThat(twin.hasRoomFor(501)).isFalse();
        byte[] key = Flows.key(Flows.flow(0));
        other.remove(Kind.CONNTRACK, key, 0, key.length);
        assertThat(twin.hasRoomFor(501)).isTrue();
        int bucket = StoreModel.bucketOf(Kind.CONNTRACK, StoreModel.keyOf(Flows.record(Flows.flow(1))));
        int before = other.size(Kind.CONNTRACK);
        other.beginBucket(Kind.CONNTRACK, bucket);
        other.endBucket(Kind.CONNTRACK, bucket);
        int gone = before - other.size(Kind.CONNTRACK);
        assertThat(gone).isPositive();
        assertThat(twin.hasRoomFor(501 + gone)).isTrue();
        assertThat(twin.hasRoomFor(502 + gone)).isFalse();
        other.flush(Kind.CONNTRACK);
        assertThat(twin.hasRoomFor(1000)).isTrue();
        twin.put(Kind.EXPECTATION, expectation, 0, expectation.length);
        assertThat(external.size(Kind.EXPECTATION)).isOne();
        assertThat(twin.hasRoomFor(1001)).isFalse();
    }

    @Test
    void shouldRefuseWhatIsNoRecord() {
        assertThatThrownBy(() -> twin.put(Kind.CONNTRACK, new byte[] {1, 2, 3}, 0, 3))
                .isInstanceOf(MalformedWireException.class);
        byte[] huge = new byte[4000];
        assertThatThrownBy(() -> twin.put(Kind.CONNTRACK, huge, 0, huge.length))
                .isInstanceOf(MalformedWireException.class);
        assertThatThrownBy(() -> twin.put(Kind.CONNTRACK, huge, 0, 0)).isInstanceOf(MalformedWireException.class);
        assertThat(twin.containsRecord(Kind.CONNTRACK, huge, 0, 10)).isFalse();
        twin.remove(Kind.CONNTRACK, huge, 0, 0);
        assertThat(twin.size(Kind.CONNTRACK)).isZero();
    }

    @Test
    void shouldKeepABoundedNumberOfOrigins() {
        for (int origin = 1; origin < 64; origin++) {
            assertThat(external.twin("origin-" + origin)).isNotNull();
        }
        assertThat(external.twin("one-too-many")).isNull();
        assertThat(external.twin("fw1")).isSameAs(twin);
        assertThat(external.twins()).hasSize(64);
    }
}
