package org.conntwin.tracker.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.Test;

final class EventTextTest {
    private static final String TUPLES =
            "src=10.0.1.2 dst=10.0.2.2 sport=9 dport=80 src=10.0.2.2 dst=10.0.1.2 sport=80 dport=9";

    @Test
    void writesWhatConntrackWrites() throws Exception {
        String entry = "tcp      6 60 SYN_RECV " + TUPLES + " mark=5 zone=3 helper=ftp labels=1,7";
        assertThat(line(EventKind.NEW, EntryParser.parse(entry))).isEqualTo("    [NEW] " + entry);
        assertThat(line(EventKind.UPDATE, EntryParser.parse(entry))).isEqualTo(" [UPDATE] " + entry);
    }

    @Test
    void leavesOutAMarkOfZero() throws Exception {
        assertThat(line(EventKind.UPDATE, EntryParser.parse("udp      17 30 " + TUPLES + " [ASSURED] mark=0")))
                .isEqualTo(" [UPDATE] udp      17 30 " + TUPLES + " [ASSURED]");
    }

    @Test
    void leavesOutTheSecondsOfWhatIsGone() throws Exception {
        assertThat(line(EventKind.DESTROY, EntryParser.parse("tcp      6 60 CLOSE " + TUPLES + " mark=0")))
                .isEqualTo("[DESTROY] tcp      6 CLOSE " + TUPLES);
    }

    @Test
    void leavesOutAStateThatDidNotChange() throws Exception {
        ConntrackBuilder event = new ConntrackBuilder();
        Conntrack entry = EntryParser.parse("tcp      6 60 CLOSE " + TUPLES + " mark=0");
        event.original = entry.original();
        event.reply = entry.reply();
        event.status = entry.status();
        event.timeoutSeconds = 431_999;
        assertThat(line(EventKind.UPDATE, Objects.requireNonNull(event.build())))
                .isEqualTo(" [UPDATE] tcp      6 431999 " + TUPLES);
    }

    @Test
    void writesExpectationsWithTheirSeconds() throws Exception {
        String expectation = "300 proto=6 src=10.0.1.2 dst=10.0.2.2 sport=0 dport=8860 mask-src=255.255.255.255"
                + " mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2 master-dst=10.0.2.2 sport=8832"
                + " dport=21 class=0 helper=ftp";
        StringBuilder out = new StringBuilder();
        EventText.append(out, EventKind.DESTROY, ExpectationParser.parse(expectation));
        assertThat(out).hasToString("[DESTROY] " + expectation);
    }

    private static String line(EventKind kind, Conntrack entry) {
        StringBuilder out = new StringBuilder();
        EventText.append(out, kind, entry);
        return out.toString();
    }
}
