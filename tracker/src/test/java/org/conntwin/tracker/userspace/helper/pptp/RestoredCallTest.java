package org.conntwin.tracker.userspace.helper.pptp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.pptpGre;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.ExpectationParser;
import org.conntwin.tracker.text.LineException;
import org.conntwin.tracker.userspace.expect.ExpectationChanges;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that were set up on another node: client 10.0.1.2 with id 7, server 10.0.2.2 with id 9. */
class RestoredCallTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String SERVER = "10.0.2.2";
    private static final String CONTROL = "tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=1723"
            + " src=10.0.2.2 dst=10.0.1.2 sport=1723 dport=5000 [ASSURED] helper=pptp";

    private final Scenario scenario = new Scenario();
    private final FlowChanges changes = new FlowChanges(scenario.tracker());
    private final ExpectationChanges expectations = new ExpectationChanges(
            scenario.tracker().expectations(),
            scenario.tracker().table(),
            scenario.tracker().helpers()::relatedRestored);

    private void insert(Conntrack entry) {
        assertThat(changes.insert(entry, false, scenario.now())).isEqualTo(Outcome.DONE);
    }

    private static Conntrack call(String source, String destination, int sourceKey, int destinationKey, Tuple master)
            throws LineException {
        String line = "gre 47 180 src=%s dst=%s srckey=0x%x dstkey=0x%x src=%s dst=%s srckey=0x%x dstkey=0x%x [ASSURED]"
                .formatted(
                        source, destination, sourceKey, destinationKey, destination, source, destinationKey, sourceKey);
        ConntrackBuilder builder = ConntrackBuilder.from(EntryParser.parse(line));
        builder.master = master;
        return Objects.requireNonNull(builder.build());
    }

    @ParameterizedTest
    @CsvSource({"10.0.1.2, 10.0.2.2, 7, 9, original, reply", "10.0.2.2, 10.0.1.2, 9, 7, reply, original"})
    void aCallThatIsUnderWayGoesOnInBothDirections(
            String source, String destination, int sourceKey, int destinationKey, String ofClient, String ofServer)
            throws LineException {
        Conntrack control = EntryParser.parse(CONTROL);
        insert(control);
        insert(call(source, destination, sourceKey, destinationKey, control.original()));

        assertThat(scenario.send(pptpGre(CLIENT, SERVER, 9))).isEqualTo("ACCEPT ESTABLISHED " + ofClient);
        assertThat(scenario.send(pptpGre(SERVER, CLIENT, 7))).isEqualTo("ACCEPT ESTABLISHED " + ofServer);
        assertThat(scenario.table()).hasSize(2);
    }

    @Test
    void aCallThatIsExpectedBeginsInEitherDirectionAsRelated() throws LineException {
        insert(EntryParser.parse(CONTROL));
        expect(CLIENT, SERVER, 7, 9);
        expect(SERVER, CLIENT, 9, 7);

        assertThat(scenario.send(pptpGre(SERVER, CLIENT, 7))).isEqualTo("ACCEPT RELATED original");
        assertThat(scenario.send(pptpGre(CLIENT, SERVER, 9))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.tracker().expectations().count())
                .as("the other direction is no flow of its own")
                .isZero();
    }

    private void expect(String source, String destination, int sourceKey, int destinationKey) throws LineException {
        assertThat(expectations.expect(
                        ExpectationParser.parse(("100 proto=47 src=%s dst=%s srckey=0x%x dstkey=0x%x"
                                        + " mask-src=255.255.255.255 mask-dst=255.255.255.255 srckey=0xffff"
                                        + " dstkey=0xffff master-src=10.0.1.2 master-dst=10.0.2.2 sport=5000 dport=1723"
                                        + " class=0 helper=pptp")
                                .formatted(source, destination, sourceKey, destinationKey)),
                        false,
                        scenario.now()))
                .isEqualTo(Outcome.DONE);
    }
}
