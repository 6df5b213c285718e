package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Heard;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the userspace table restores the windows of TCP flows, and tells of those that move. */
class UserspaceTableWindowsTest {
    /** Further than any flow gets while nobody tells of it. */
    private static final int FAR = 1 << 27;

    private final SteppedClock clock = new SteppedClock();
    private final List<UserspaceTable> opened = new ArrayList<>();

    private UserspaceTable table() {
        UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX, clock, 1000);
        opened.add(table);
        return table;
    }

    @AfterEach
    void close() {
        for (UserspaceTable table : opened) {
            assertThat(table.broken()).isNull();
            table.close();
        }
    }

    private static List<Outcome> silently(UserspaceTable table, TableChange... changes) {
        return table.apply(List.of(changes), Echo.SILENT);
    }

    private static TableChange insert(Conntrack entry) {
        return new TableChange.Insert(entry);
    }

    private static Conntrack found(UserspaceTable table, int port) {
        return Objects.requireNonNull(
                table.find(Tuple.ipv4(Protocol.TCP, 0x0a000102, 0x0a000202, port, 80), Zone.DEFAULT));
    }

    private static Conntrack changed(Conntrack entry, Consumer<ConntrackBuilder> change) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        change.accept(out);
        return Objects.requireNonNull(out.build());
    }

    @Test
    void aRestoredFlowHasItsWindowsAndOnceItsFirstSegmentsAreThroughOnlyThoseWithinThemPass() {
        UserspaceTable first = table();
        Gateway before = new Gateway(first);
        before.connect(5000);
        before.pass(Gateway.client(5000, 0, 0).payload(500));
        before.pass(Gateway.server(5000, 0, 500).payload(700));
        Conntrack told = found(first, 5000);

        UserspaceTable exact = table();
        assertThat(silently(exact, insert(told))).containsExactly(Outcome.DONE);
        assertThat(found(exact, 5000).state()).isEqualTo(told.state());
        Gateway after = new Gateway(exact);
        assertThat(after.pass(Gateway.client(5000, 500 + FAR, 700).payload(10))).isEqualTo(PacketState.INVALID);
        assertThat(after.pass(Gateway.server(5000, 700, 500 + FAR))).isEqualTo(PacketState.INVALID);
        after.settle(5000, 500, 700);
        assertThat(after.pass(
                        Gateway.client(5000, 500 + 3 * Gateway.WINDOW, 700).payload(10)))
                .isEqualTo(PacketState.INVALID);
        assertThat(after.pass(Gateway.server(5000, 700, 501))).isEqualTo(PacketState.INVALID);
        assertThat(after.pass(Gateway.client(5000, 500, 1400))).isEqualTo(PacketState.INVALID);
        assertThat(after.pass(Gateway.client(5000, 500, 700).payload(10))).isEqualTo(PacketState.ESTABLISHED);
        assertThat(after.pass(Gateway.server(5000, 700, 510))).isEqualTo(PacketState.ESTABLISHED);

        UserspaceTable learning = table();
        silently(learning, insert(changed(told, out -> out.state = new TcpState(TcpState.ESTABLISHED, 0, 0, 0, 0))));
        assertThat(new Gateway(learning)
                        .pass(Gateway.client(5000, 500 + FAR, 700).payload(10)))
                .isEqualTo(PacketState.ESTABLISHED);
    }

    @Test
    void anUpdateWithoutWindowsLeavesThemAsTheyAre() {
        UserspaceTable table = table();
        new Gateway(table).connect(5000);
        Conntrack before = found(table, 5000);
        TcpState told = (TcpState) Objects.requireNonNull(before.state());
        Conntrack update = changed(before, out -> {
            out.mark = 7;
            out.state = new TcpState(told.state(), 0, 0, told.originalFlags(), told.replyFlags());
        });

        assertThat(silently(table, new TableChange.Update(update))).containsExactly(Outcome.DONE);
        assertThat(found(table, 5000).mark()).isEqualTo(7);
        assertThat(found(table, 5000).state()).isEqualTo(told);
    }

    @Test
    void movingWindowsAreToldNowAndThenAndAreNoEvents() throws InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        Gateway gateway = new Gateway(table);
        gateway.connect(5000);
        assertThat(heard.await(() -> heard.kinds().size() == 3)).isTrue();
        for (int i = 0; i < 40; i++) {
            gateway.pass(Gateway.client(5000, 10 * i, 0).payload(10));
        }
        clock.pass(0.1);
        assertThat(heard.await(() -> heard.windows().size() == 1)).isTrue();
        gateway.pass(Gateway.server(5000, 0, 400));
        clock.pass(0.1);
        Thread.sleep(100);
        assertThat(heard.windows()).hasSize(1);
        clock.pass(0.2);
        assertThat(heard.await(() -> heard.windows().size() == 2)).isTrue();
        clock.pass(10);
        Thread.sleep(100);

        assertThat(heard.windows()).hasSize(2);
        assertThat(heard.windows().get(1).state()).isEqualTo(found(table, 5000).state());
        assertThat(heard.misplaced()).isZero();
        assertThat(heard.kinds()).hasSize(3);
        assertThat(table.counters().eventsReceived()).isEqualTo(3);
        assertThat(table.trackerCounters()).containsEntry("windowsTold", 2L);
    }

    @Test
    void windowsThatMoveFarAreToldAtOnce() throws InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        Gateway gateway = new Gateway(table);
        gateway.connect(5000);
        for (int i = 0; i < 10; i++) {
            gateway.pass(Gateway.client(5000, 1000 * i, 0).payload(1000));
            gateway.pass(Gateway.server(5000, 0, 1000 * (i + 1)));
        }

        assertThat(heard.await(() -> !heard.windows().isEmpty())).isTrue();
        assertThat(heard.windows()).hasSizeBetween(1, 2);
    }
}
