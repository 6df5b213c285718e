package org.conntwin.tracker.userspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

class BetweenPassesTest {
    private static final long LIFETIME = 100;

    private final BetweenPasses between = new BetweenPasses(4, LIFETIME);

    private static TupleKey key(int port) {
        TupleKey key = new TupleKey();
        key.set(Tuple.ipv4(Protocol.UDP, 1, 2, port, 53));
        return key;
    }

    private static Flow flow(int port) {
        return new Flow(key(port), key(port).tuple().inverted(), Zone.DEFAULT, port);
    }

    private static Flow translated(int port) {
        Flow flow = flow(port);
        flow.status |= Status.CONFIRMED | Status.SRC_NAT | Status.DST_NAT;
        return flow;
    }

    @Test
    void aNewFlowIsFoundOnceAndATranslatedOneWithEveryPacket() {
        Flow fresh = flow(1);
        Flow known = translated(2);
        between.put(key(1), fresh, 0);
        between.put(key(2), known, 0);

        assertThat(between.take(key(1), 1)).isSameAs(fresh);
        assertThat(between.take(key(1), 1)).isNull();
        assertThat(between.take(key(2), 1)).isSameAs(known);
        assertThat(between.take(key(2), 1)).isSameAs(known);
        assertThat(between.take(key(3), 1)).isNull();
        assertThat(between.size()).isOne();
    }

    @Test
    void aNewFlowThatIsTranslatedIsFoundWithEveryPacketOfItsFirstBurst() {
        Flow fresh = translated(1);
        fresh.status &= ~Status.CONFIRMED;
        between.put(key(1), fresh, 0);
        between.put(key(1), fresh, 0);

        assertThat(between.take(key(1), 1)).isSameAs(fresh);
        assertThat(between.take(key(1), 1)).isSameAs(fresh);
    }

    @Test
    void aFlowThatItsOwnResetEndedIsFoundOnce() {
        Flow reset = flow(1);
        reset.status |= Status.CONFIRMED | Status.DYING;
        between.put(key(1), reset, 0);

        assertThat(between.take(key(1), 1)).isSameAs(reset);
        assertThat(between.take(key(1), 1)).isNull();
    }

    @Test
    void aSecondPacketDoesNotBeginAnExpectedFlowWithoutWhatWasExpected() {
        Flow expected = flow(1);
        expected.status |= Status.EXPECTED;
        between.put(key(1), expected, 0);
        between.put(key(1), flow(1), 0);

        assertThat(between.take(key(1), 1)).isSameAs(expected);
    }

    @Test
    void whatNeverComesBackGoesAfterItsLifetimeAndIsCounted() {
        between.put(key(1), flow(1), 0);
        between.put(key(2), translated(2), 50);

        between.expire(LIFETIME);
        assertThat(between.size()).isOne();
        assertThat(between.lapsed()).isOne();
        assertThat(between.take(key(2), 50 + LIFETIME)).isNull();
        assertThat(between.size()).isZero();
        assertThat(between.lapsed()).isOne();
    }

    @Test
    void ofTwoFlowsWithOneTupleTheLastOnesPacketCounts() {
        Flow first = translated(1);
        Flow last = translated(2);
        between.put(key(9), first, 0);
        between.replace(key(9), last, 1);
        between.replace(key(8), last, 1);

        assertThat(between.take(key(9), 2)).isSameAs(last);
        assertThat(between.take(key(8), 2)).isNull();
    }

    @Test
    void whenItIsFullTheOneThatWasMadeFirstGivesWay() {
        for (int port = 1; port <= 4; port++) {
            between.put(key(port), flow(port), port);
        }
        between.put(key(1), flow(1), 5);
        between.put(key(5), flow(5), 6);

        assertThat(between.size()).isEqualTo(4);
        assertThat(between.evicted()).isOne();
        assertThat(between.take(key(2), 7)).isNull();
        assertThat(between.take(key(1), 7)).isNotNull();
    }

    @Test
    void whatIsCountedIsWhatIsThereNow() {
        between.put(key(1), flow(1), 0);
        between.put(key(2), translated(2), 50);
        Map<String, Long> named = new HashMap<>();
        between.addTo(named, LIFETIME - 1);
        assertThat(named).containsEntry("liveBetweenPasses", 2L).containsEntry("liveNeverLeft", 0L);

        between.addTo(named, LIFETIME);
        assertThat(named).containsEntry("liveBetweenPasses", 1L).containsEntry("liveNeverLeft", 1L);
        between.addTo(named, 50 + LIFETIME);
        assertThat(named).containsEntry("liveBetweenPasses", 0L).containsEntry("liveNeverLeft", 1L);
    }
}
