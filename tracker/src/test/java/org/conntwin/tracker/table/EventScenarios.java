package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.text.LineException;

/** What a listener hears. */
final class EventScenarios extends TableScenarios {
    EventScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void silentChangesAreNotHeardAndOthersAre() throws LineException, InterruptedException {
        Heard heard = listening();
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        assertThat(silently(
                        insert(master),
                        insert(udp(1)),
                        new TableChange.Update(with(udp(1), entry -> entry.mark = 1)),
                        new TableChange.Delete(udp(1)),
                        expect(expectation(master, 0)),
                        new TableChange.Unexpect(expectation(master, 0))))
                .containsOnly(Outcome.DONE);
        assertThat(aloud(
                        insert(udp(3)),
                        new TableChange.Update(with(udp(3), entry -> entry.mark = 1)),
                        new TableChange.Delete(udp(3)),
                        expect(expectation(master, 0)),
                        new TableChange.Unexpect(expectation(master, 0))))
                .containsOnly(Outcome.DONE);

        assertThat(heard.await(() -> heard.expectations().size() >= 2)).isTrue();
        assertThat(heard.kinds()).containsExactly(EventKind.NEW, EventKind.UPDATE, EventKind.DESTROY);
        assertThat(heard.events())
                .allSatisfy(event -> assertThat(event.entry().original()).isEqualTo(udp(3).original()));
        assertThat(heard.events().get(1).entry().mark()).isEqualTo(1);
        assertThat(heard.expectations())
                .extracting(Heard.ExpectationEvent::kind)
                .containsExactly(EventKind.NEW, EventKind.DESTROY);
        assertThat(heard.misplaced()).isZero();
        assertThat(heard.await(() -> table.counters().eventsReceived() == 5)).isTrue();
        assertThat(table.counters().overruns()).isZero();
        assertThat(table.counters().malformed()).isZero();
        assertThat(table.counters().unknownAttributes()).isZero();
    }

    @TableScenario
    void aFlushIsHeard() throws LineException, InterruptedException {
        Heard heard = listening();
        assertThat(silently(insert(udp(1)), insert(udp(2)))).containsOnly(Outcome.DONE);

        table.flush(FlushFilter.ALL);

        assertThat(heard.await(() -> heard.kinds().size() == 2)).isTrue();
        assertThat(heard.kinds()).containsOnly(EventKind.DESTROY);
    }

    @TableScenario
    void aListenerThatFailsIsToldOfALossAndHearsOn() throws LineException, InterruptedException {
        Heard heard = new Heard() {
            @Override
            public synchronized void conntrack(EventKind kind, Conntrack entry) {
                super.conntrack(kind, entry);
                if (entry.mark() == 13) {
                    throw new IllegalStateException("expected by the test: a listener that fails");
                }
            }

            @Override
            public synchronized void overrun() {
                super.overrun();
                throw new IllegalStateException("expected by the test: it fails again");
            }
        };
        table.listen(heard);
        assertThat(aloud(insert(with(udp(1), entry -> entry.mark = 13)))).containsOnly(Outcome.DONE);
        assertThat(heard.await(() -> heard.overruns() == 1)).isTrue();
        assertThat(aloud(insert(udp(2)))).containsOnly(Outcome.DONE);

        assertThat(heard.await(() -> heard.kinds().size() == 2)).isTrue();
    }

    @TableScenario
    void aTableHasOneListener() {
        listening();

        assertThatThrownBy(this::listening).isInstanceOf(IllegalStateException.class);
    }
}
