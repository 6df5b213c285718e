package org.conntwin.node.demo.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;
import org.conntwin.tracker.text.EntryParser;
import org.junit.jupiter.api.Test;

/** What stands between the demo's nodes and the world. */
class SurroundingsTest {
    @Test
    void everyEventIsPassedOnAndThoseOfTheWatchedFlowAreWrittenDown() throws Exception {
        List<Conntrack> passed = new ArrayList<>();
        EventWatch watch = new EventWatch(new Collecting(passed));
        watch.watch("10.77.1.2", 4000);
        Conntrack watched = EntryParser.parse(
                "tcp 6 60 SYN_RECV src=10.77.1.2 dst=10.77.2.2 sport=4000 dport=80 src=10.77.2.2 dst=10.77.1.2 sport=80 dport=4000 [ASSURED]");
        Conntrack other = EntryParser.parse("tcp 6 60 SYN_SENT src=10.77.1.3 dst=10.77.2.2 sport=4000 dport=80");
        watch.conntrack(EventKind.UPDATE, watched);
        watch.conntrack(EventKind.NEW, other);
        assertThat(passed).containsExactly(watched, other);
        assertThat(watch.lines()).containsExactly("UPDATE SYN_RECV [ASSURED]");
    }

    @Test
    void countsReadBackAndNonsenseIsRefused() throws DemoException {
        GateCounts counts = new GateCounts(1, 2, 3, 4, 5);
        assertThat(GateCounts.parse(counts.line())).isEqualTo(counts);
        assertThatThrownBy(() -> GateCounts.parse("COUNTS 1 2 3 4")).isInstanceOf(DemoException.class);
    }

    private record Collecting(List<Conntrack> entries) implements TableListener {
        @Override
        public void batchBegins() {}

        @Override
        public void batchEnds() {}

        @Override
        public void conntrack(EventKind kind, Conntrack entry) {
            entries.add(entry);
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation) {}

        @Override
        public void overrun() {}
    }
}
