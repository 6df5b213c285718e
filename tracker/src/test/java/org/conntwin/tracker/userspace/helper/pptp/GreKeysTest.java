package org.conntwin.tracker.userspace.helper.pptp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

class GreKeysTest {
    private final GreKeys keys = new GreKeys();

    private static Tuple call(int source, int sourceKey, int destinationKey) {
        return Tuple.ipv4(Protocol.GRE, source, 0x0a09_0909, sourceKey, destinationKey);
    }

    /** What is found for a packet, which shows the destination key alone. */
    private int found(Tuple tuple) {
        TupleKey packet = new TupleKey();
        packet.set(tuple);
        packet.keys = tuple.destinationKey();
        return keys.of(packet);
    }

    @Test
    void everyCallIsFoundAsTheTableGrowsAndUntilItIsForgotten() {
        int calls = 5_000;
        List<GreKeys.Known> known = new ArrayList<>();
        for (int i = 1; i <= calls; i++) {
            known.add(Objects.requireNonNull(keys.add(call(0x0a01_0000 + i % 50, i, 60_000 - i))));
        }
        for (int i = 1; i <= calls; i++) {
            assertThat(found(call(0x0a01_0000 + i % 50, i, 60_000 - i))).isEqualTo(i);
        }
        known.forEach(keys::remove);
        assertThat(keys.count()).isZero();
        assertThat(found(call(0x0a01_0001, 1, 59_999))).isZero();
    }

    @Test
    void ofCallsThatLookAlikeTheOldestIsFoundAndOnlySoManyAreLearnt() {
        List<GreKeys.Known> known = new ArrayList<>();
        for (int i = 1; i <= GreKeys.MOST_ALIKE; i++) {
            known.add(Objects.requireNonNull(keys.add(call(0x0a01_0001, i, 7))));
        }
        assertThat(keys.add(call(0x0a01_0001, 99, 7))).isNull();
        assertThat(found(call(0x0a01_0001, 0, 7))).isEqualTo(1);

        keys.remove(known.getFirst());
        assertThat(found(call(0x0a01_0001, 0, 7))).isEqualTo(2);
        assertThat(keys.add(call(0x0a01_0001, 99, 7))).isNotNull();
    }

    @Test
    void thereAreNeverMoreThanTheBound() {
        for (int i = 0; i < GreKeys.MOST; i++) {
            assertThat(keys.add(call(i, 1, i & 0xffff))).isNotNull();
        }
        assertThat(keys.add(call(0x0a01_0001, 1, 1))).isNull();
        assertThat(keys.count()).isEqualTo(GreKeys.MOST);
    }
}
