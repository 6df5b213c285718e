package org.conntwin.node.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.text.MessageFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.junit.jupiter.api.Test;

/** {@code initial-role: multi}. */
final class SharedFlowsTest extends WritingThrough {
    @Test
    void shouldOwnAFlowOfAPeersThatPacketsTouchHereAndFollowItsProgressOnBothSides() {
        sharing.add("fw1");
        told("fw1", tcp(TcpState.SYN_SENT, 0));
        awaitState(TcpState.SYN_SENT);
        assertThat(internal.size(Kind.CONNTRACK)).isZero();
        table.traffic(tcp(TcpState.SYN_RECV, Status.SEEN_REPLY));
        assertThat(internal.owns(Flows.flow(1)))
                .as("its answer went through here")
                .isTrue();
        told("fw1", tcp(TcpState.SYN_SENT, 0));
        told("fw1", tcp(TcpState.ESTABLISHED, Status.SEEN_REPLY | Status.ASSURED));
        awaitState(TcpState.ESTABLISHED);
        assertThat(Known.known(table.entry(Flows.tuple(1))).has(Status.ASSURED)).isTrue();

        table.traffic(tcp(TcpState.CLOSE_WAIT, Status.SEEN_REPLY | Status.ASSURED));
        told("fw1", tcp(TcpState.FIN_WAIT, Status.SEEN_REPLY | Status.ASSURED));
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        awaitState(TcpState.CLOSE_WAIT);

        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(1)));
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(9)));
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(9)) == null);
        assertThat(table.entry(Flows.tuple(1)))
                .as("it lives as long as one has it")
                .isNotNull();
    }

    @Test
    void shouldTakeANewConnectionInThePlaceOfOneThatIsOver() {
        sharing.add("fw1");
        told("fw1", tcp(TcpState.ESTABLISHED, Status.SEEN_REPLY));
        awaitState(TcpState.ESTABLISHED);
        table.traffic(tcp(TcpState.TIME_WAIT, Status.SEEN_REPLY | Status.ASSURED));
        assertThat(internal.owns(Flows.flow(1))).isTrue();
        told("fw1", tcp(TcpState.SYN_SENT, 0));
        awaitState(TcpState.SYN_SENT);
        assertThat(Known.known(table.entry(Flows.tuple(1))).has(Status.ASSURED)).isFalse();
        await().atMost(LONG).until(() -> !internal.owns(Flows.flow(1)));
    }

    private void aLostPeerOfThreeFlowsOneOfWhichGoesOnHere() {
        sharing.add("fw1");
        for (int flow = 1; flow <= 3; flow++) {
            told("fw1", Flows.flow(flow, flow));
            awaitMark(flow, flow);
        }
        lost.add("fw1");
        await().atMost(LONG).until(() -> internal.size(Kind.CONNTRACK) == 3);
        table.traffic(Flows.flow(2, 22));
    }

    @Test
    void shouldOwnWhatALostPeerHadUntilItIsBack() {
        aLostPeerOfThreeFlowsOneOfWhichGoesOnHere();
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(3)));
        told("fw3", Flows.flow(9, 9));
        awaitMark(9, 9);
        lost.clear();
        await().atMost(LONG).until(() -> internal.size(Kind.CONNTRACK) == 2);
        assertThat(internal.owns(Flows.flow(1))).as("handed back").isFalse();
        assertThat(internal.owns(Flows.flow(2))).as("it went on here").isTrue();
        assertThat(table.count())
                .as("what was let go while the peer was lost stays")
                .isEqualTo(4);
    }

    @Test
    void shouldOwnOfALostPeersFlowsOnlyWhatItReplicates() {
        Filter tcp = new Filter(Set.of(Protocol.TCP), List.of(), Set.of(), Set.of());
        through.filter(
                new ReplicationFilter(ReplicationFilterTest.sync(tcp, new Expectations(true, Set.of())), List.of()));
        sharing.add("fw1");
        for (int flow = 1; flow <= 3; flow++) {
            told("fw1", Flows.flow(flow, flow));
            awaitMark(flow, flow);
        }
        List<String> said = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(LostPeers.class.getName());
        java.util.logging.Filter listening = line -> {
            said.add(MessageFormat.format(line.getMessage(), line.getParameters()));
            return true;
        };
        logger.setFilter(listening);
        try {
            lost.add("fw1");
            await().atMost(LONG).until(() -> internal.size(Kind.CONNTRACK) == 2);
            assertThat(internal.owns(Flows.flow(3))).as("UDP").isFalse();
            await().atMost(LONG).until(() -> !said.isEmpty());
            assertThat(said).containsExactly("fw1 is lost: 2 entries are this node's now");
        } finally {
            logger.setFilter(null);
        }
    }

    /** The lost peer is back, and tells at once that these have ended. */
    private void backWithout(int... flows) {
        Twin twin = twin("fw1");
        twin.lock();
        try {
            lost.clear();
            for (int flow : flows) {
                toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(flow)));
            }
        } finally {
            twin.unlock();
        }
    }

    @Test
    void shouldEndWhatEndedAtAPeerThatLivedThroughACut() {
        aLostPeerOfThreeFlowsOneOfWhichGoesOnHere();
        backWithout(2, 3);
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(3)) == null);
        await().atMost(LONG).until(() -> internal.size(Kind.CONNTRACK) == 1);
        assertThat(table.entry(Flows.tuple(2))).as("packets went through here").isNotNull();
    }

    @Test
    void shouldKeepWhatAPeerThatBeganAnewNoLongerHas() {
        aLostPeerOfThreeFlowsOneOfWhichGoesOnHere();
        incarnations.put("fw1", 2L);
        Twin twin = twin("fw1");
        twin.lock();
        try {
            lost.clear();
            twin.flush(Kind.CONNTRACK);
        } finally {
            twin.unlock();
        }
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        assertThat(table.count()).isEqualTo(4);
        assertThat(internal.size(Kind.CONNTRACK)).isEqualTo(3);
    }

    @Test
    void shouldNotBringBackWhatEndsHereWhileItsPeerIsLost() {
        sharing.add("fw1");
        told("fw1", Flows.flow(1, 1));
        awaitMark(1, 1);
        lost.add("fw1");
        await().atMost(LONG).until(() -> internal.owns(Flows.flow(1)));
        table.expire(Flows.tuple(1));
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        assertThat(table.entry(Flows.tuple(1))).isNull();
        assertThat(internal.owns(Flows.flow(1))).isFalse();
        byte[] key = Flows.key(Flows.flow(1));
        assertThat(twin("fw1").contains(Kind.CONNTRACK, key, 0, key.length)).isFalse();
    }

    private void toldOfTwo() {
        sharing.add("fw1");
        told("fw1", Flows.flow(3, 3));
        told("fw1", Flows.flow(6, 6));
        awaitMark(3, 3);
        awaitMark(6, 6);
    }

    /** Packets of an assured UDP flow raise no events. */
    private void packetsWithoutEvents(int flow) {
        ConntrackBuilder renewed = Flows.builder(flow);
        renewed.timeoutSeconds = 500;
        table.silently(Flows.tuple(flow), Flows.built(renewed));
    }

    @Test
    void shouldOwnAFlowThatItsPeerLetsGoWhenPacketsRenewedItsLifetimeHere() {
        toldOfTwo();
        packetsWithoutEvents(3);
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(3)));
        toldGone("fw1", Kind.CONNTRACK, Flows.key(Flows.flow(6)));
        await("no packet came here").atMost(LONG).until(() -> table.entry(Flows.tuple(6)) == null);
        assertThat(table.entry(Flows.tuple(3))).isNotNull();
        assertThat(internal.owns(Flows.flow(3))).isTrue();
        assertThat(internal.size(Kind.CONNTRACK)).isOne();
    }

    @Test
    void shouldKeepWhatEndedAtAPeerThatLivedThroughACutWhenPacketsRenewedItsLifetimeHere() {
        toldOfTwo();
        lost.add("fw1");
        await().atMost(LONG).until(() -> internal.size(Kind.CONNTRACK) == 2);
        packetsWithoutEvents(3);
        backWithout(3, 6);
        await().atMost(LONG).until(() -> table.entry(Flows.tuple(6)) == null);
        assertThat(table.entry(Flows.tuple(3))).isNotNull();
        assertThat(internal.owns(Flows.flow(3))).isTrue();
    }

    @Test
    void shouldKeepExpectationsOfAPeerThatBeganAnew() {
        sharing.add("fw1");
        told("fw1", Flows.flow(1, 1));
        told("fw1", Kind.EXPECTATION, Flows.record(Flows.expectation(1)));
        awaitMark(1, 1);
        await().atMost(LONG).until(() -> table.expectations().size() == 1);
        lost.add("fw1");
        await().atMost(LONG).until(() -> internal.owns(Flows.flow(1)));
        incarnations.put("fw1", 2L);
        Twin twin = twin("fw1");
        twin.lock();
        try {
            lost.clear();
            twin.flush(Kind.CONNTRACK);
            twin.flush(Kind.EXPECTATION);
        } finally {
            twin.unlock();
        }
        told("fw1", Flows.flow(9, 9));
        awaitMark(9, 9);
        told("fw1", Kind.EXPECTATION, Flows.record(Flows.expectation(2)));
        await().atMost(LONG)
                .until(() -> table.expectations().stream()
                        .anyMatch(it -> it.tuple().equals(Flows.expectation(2).tuple())));
        assertThat(table.expectations()).hasSize(2);
    }

    private static Conntrack tcp(int state, int status) {
        ConntrackBuilder flow = Flows.builder(1);
        flow.state = new TcpState(state, 7, 7, 0, 0);
        flow.status = Status.CONFIRMED | status;
        return Flows.built(flow);
    }

    private void awaitState(int state) {
        await().atMost(LONG).until(() -> {
            Conntrack entry = table.entry(Flows.tuple(1));
            return entry != null && entry.state() instanceof TcpState tcp && tcp.state() == state;
        });
    }
}
