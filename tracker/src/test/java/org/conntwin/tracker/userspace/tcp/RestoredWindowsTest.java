package org.conntwin.tracker.userspace.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows that one tracker told and another took over. */
final class RestoredWindowsTest {
    private static final String FORTH = "ACCEPT ESTABLISHED original";
    private static final String BACK = "ACCEPT ESTABLISHED reply";
    private static final String INVALID = "ACCEPT INVALID -";

    private final Scenario before = new Scenario();
    private final Scenario after = new Scenario();

    @BeforeEach
    void establish() {
        before.send(forth("S", 1000, 0, 0));
        before.send(back("SA", 5000, 1001, 0));
        before.send(forth("A", 1001, 5001, 0));
        before.send(forth("PA", 1001, 5001, 100));
        before.send(back("A", 5001, 1101, 0));
    }

    @Test
    void areTheSameAsTheyWere() {
        takeOver();
        assertThat(entry(after).state()).isEqualTo(entry(before).state());
    }

    @Test
    void letTheFirstSegmentsCatchUpWithWhatWasNotTold() {
        takeOver();
        // The ends exchanged ten windows before the first segment came through here.
        assertThat(after.send(forth("PA", 601_101, 605_001, 100))).isEqualTo(FORTH);
        assertThat(after.send(back("A", 605_001, 601_201, 0))).isEqualTo(BACK);
        assertThat(after.send(back("PA", 605_001, 601_201, 100))).isEqualTo(BACK);
        assertThat(after.send(forth("A", 601_201, 605_101, 0))).isEqualTo(FORTH);
    }

    @Test
    void areStrictAgainAfterTheFirstSegments() {
        takeOver();
        for (int i = 0; i < 8; i++) {
            assertThat(after.send(forth("PA", 1101 + 100 * i, 5001, 100))).isEqualTo(FORTH);
            assertThat(after.send(back("A", 5001, 1201 + 100 * i, 0))).isEqualTo(BACK);
        }
        assertThat(after.send(forth("PA", 1_001_901, 5001, 100))).isEqualTo(INVALID);
        assertThat(after.send(back("A", 5001, 1_001_901, 0))).isEqualTo(INVALID);
        assertThat(after.send(forth("PA", 1901, 5001, 100))).isEqualTo(FORTH);
    }

    @Test
    void neverBelieveWhatIsFarAwayOrAReset() {
        takeOver();
        assertThat(after.send(forth("PA", 1101 + (1 << 26) + 100_000_000, 5001, 100)))
                .isEqualTo(INVALID);
        assertThat(after.send(forth("R", 900, 0, 0))).isEqualTo(INVALID);
        assertThat(after.table()).singleElement().asString().contains(" ESTABLISHED ");
    }

    private void takeOver() {
        assertThat(new FlowChanges(after.tracker(), false).insert(entry(before), false, after.now()))
                .isEqualTo(Outcome.DONE);
    }

    private static Conntrack entry(Scenario scenario) {
        Flow[] found = new Flow[1];
        for (int bucket = 0; bucket < scenario.tracker().table().buckets(); bucket++) {
            scenario.tracker().table().visit(bucket, flow -> found[0] = flow);
        }
        return found[0].entry(scenario.now());
    }

    private static TcpPacket forth(String flags, long sequence, long acknowledgment, int payload) {
        return Packets.tcp("10.0.0.1", 40_000, "10.0.0.2", 80)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(60_000)
                .payload(payload);
    }

    private static TcpPacket back(String flags, long sequence, long acknowledgment, int payload) {
        return Packets.tcp("10.0.0.2", 80, "10.0.0.1", 40_000)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(60_000)
                .payload(payload);
    }
}
