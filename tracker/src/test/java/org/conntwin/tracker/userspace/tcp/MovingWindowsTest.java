package org.conntwin.tracker.userspace.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

class MovingWindowsTest {
    private static final long MILLI = 1_000_000L;
    private static final int WINDOW = 1000;

    private final MovingWindows windows = new MovingWindows(64);

    private static Flow flow(int number, int maxEnd) {
        Tuple tuple = Tuple.ipv4(Protocol.TCP, number, 2, 3, 4);
        TupleKey key = new TupleKey();
        key.set(tuple);
        Flow flow = new Flow(key, tuple.inverted(), Zone.DEFAULT, number);
        move(flow, maxEnd);
        return flow;
    }

    private static void move(Flow flow, int maxEnd) {
        flow.state = TcpTrack.of(new TcpState(
                TcpState.ESTABLISHED,
                0,
                0,
                0,
                0,
                new TcpWindows(
                        new TcpWindows.Side(0, maxEnd, WINDOW, 0),
                        new TcpWindows.Side(0, 77, WINDOW, 0),
                        new TcpWindows.Last(0, 0, 0, 0, 0, 0, 0, 0, 0))));
    }

    private List<Flow> due(long millis) {
        List<Flow> all = new ArrayList<>();
        for (Flow flow = windows.due(millis * MILLI); flow != null; flow = windows.due(millis * MILLI)) {
            windows.told(flow);
            all.add(flow);
        }
        return all;
    }

    @Test
    void aFlowIsDueSoonAfterItsFirstMoveThenFourTimesASecondUntilItRests() {
        Flow flow = flow(1, 0);
        windows.moved(flow, 0);

        assertThat(due(19)).isEmpty();
        assertThat(due(20)).containsExactly(flow);
        move(flow, 10);
        windows.moved(flow, 30 * MILLI);
        assertThat(due(269)).isEmpty();
        assertThat(due(270)).containsExactly(flow);
        assertThat(windows.size()).isEqualTo(1);
        assertThat(due(520)).isEmpty();
        assertThat(windows.size()).isZero();
    }

    @Test
    void whatMovedByMoreThanHalfOfWhatThePeerAllowsIsToBeToldAtOnce() {
        Flow flow = flow(1, 0xffff_fff0);
        windows.moved(flow, 0);
        move(flow, 0xffff_fff0 + WINDOW / 2);

        assertThat(windows.moved(flow, 1)).isFalse();
        move(flow, 0xffff_fff0 + WINDOW / 2 + 1);
        assertThat(windows.moved(flow, 1)).isTrue();
        windows.told(flow);
        assertThat(windows.moved(flow, 1)).isFalse();
    }

    @Test
    void windowsThatCouldNotBeToldAreDueAgain() {
        Flow flow = flow(1, 0);
        windows.moved(flow, 0);

        assertThat(windows.due(20 * MILLI)).isEqualTo(flow);
        assertThat(due(269)).isEmpty();
        assertThat(due(270)).containsExactly(flow);
    }

    @Test
    void flowsThatFindNoRoomAreCountedAndTakenLater() {
        for (int i = 1; i <= 65; i++) {
            windows.moved(flow(i, i), 0);
        }
        assertThat(windows.skipped()).isEqualTo(1);
        assertThat(due(20)).hasSize(64);
        assertThat(due(270)).isEmpty();
        Flow late = flow(65, 1);
        windows.moved(late, 270 * MILLI);
        assertThat(due(290)).containsExactly(late);
    }

    @Test
    void howeverFlowsComeAndGoEachIsToldWhatItLastWas() {
        Random random = new Random(5);
        Map<Flow, Integer> moved = new HashMap<>();
        Map<Flow, Integer> told = new HashMap<>();
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            flows.add(flow(random.nextInt() | 1, 0));
        }
        for (int milli = 0; milli < 20_000; milli++) {
            if (milli < 19_000) {
                Flow flow = flows.get(random.nextInt(flows.size()));
                move(flow, milli);
                windows.moved(flow, milli * MILLI);
                moved.put(flow, milli);
            }
            for (Flow flow = windows.due(milli * MILLI); flow != null; flow = windows.due(milli * MILLI)) {
                windows.told(flow);
                told.put(flow, ((TcpTrack) Objects.requireNonNull(flow.state)).maxEnd(Flow.ORIGINAL));
            }
        }

        assertThat(told).isEqualTo(moved);
        assertThat(windows.size()).isZero();
        assertThat(windows.skipped()).isZero();
    }
}
