package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.ExpectationParser;
import org.conntwin.tracker.text.LineException;
import org.conntwin.tracker.userspace.expect.ExpectationChanges;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;

/** Who has which helper, and keeps it. */
final class HelperAssignmentTest {
    private static final String MASTER = "tcp 6 400 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=5000 dport=21"
            + " src=10.0.2.2 dst=203.0.113.1 sport=21 dport=5000 [ASSURED] helper=";
    private static final String EXPECTED = "100 proto=6 src=10.0.2.2 dst=203.0.113.1 sport=0 dport=40000"
            + " mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.1.2"
            + " master-dst=10.0.2.2 sport=5000 dport=21 class=0 helper=ftp";

    private final Scenario scenario = new Scenario(TrackerSettings.LINUX.withHelpers(
            List.of(new HelperRule("ftp", Protocol.TCP, 21), new HelperRule("sip", Protocol.UDP, 5070))));
    private final FlowChanges changes = new FlowChanges(scenario.tracker());

    private Outcome insert(String line) throws LineException {
        Conntrack entry = EntryParser.parse(line);
        return changes.insert(entry, false, scenario.now());
    }

    @Test
    void aTranslatedEntryThatIsCommittedKeepsItsHelperWhateverTheRulesSay() throws LineException {
        assertThat(insert(MASTER + "irc")).isEqualTo(Outcome.DONE);

        for (int i = 0; i < 3; i++) {
            scenario.send(Packets.tcp("10.0.1.2", 5000, "10.0.2.2", 21)
                    .flags("A")
                    .seq(1000)
                    .ack(1));
            scenario.send(Packets.tcp("10.0.2.2", 21, "203.0.113.1", 5000)
                    .flags("A")
                    .seq(1)
                    .ack(1000));
        }

        assertThat(scenario.table()).singleElement().asString().contains("helper=irc");
    }

    @Test
    void aHelperThatThereIsNotIsAnOutcome() throws LineException {
        assertThat(insert(MASTER + "nosuch")).isEqualTo(Outcome.HELPER_UNKNOWN);
        assertThat(scenario.table()).isEmpty();
    }

    @Test
    void theDataConnectionOfACommittedExpectationIsRelatedAndHasNoHelper() throws LineException {
        insert(MASTER + "ftp");
        ExpectationChanges expectations = new ExpectationChanges(
                scenario.tracker().expectations(), scenario.tracker().table());
        assertThat(expectations.expect(ExpectationParser.parse(EXPECTED), false, scenario.now()))
                .isEqualTo(Outcome.DONE);

        assertThat(scenario.send(
                        Packets.tcp("10.0.2.2", 20, "203.0.113.1", 40_000).flags("S")))
                .isEqualTo("ACCEPT RELATED original");

        assertThat(scenario.table())
                .hasSize(2)
                .anyMatch(line -> line.contains("dport=40000") && !line.contains("helper="))
                .anyMatch(line -> line.contains("dport=21") && line.contains("helper=ftp"));
    }

    @Test
    void aCallThatARegistrationExpectsHasItsHelperFromThere() throws LineException {
        assertThat(insert("udp 17 100 src=10.0.1.2 dst=10.0.2.2 sport=5060 dport=5060 [ASSURED] helper=sip"))
                .isEqualTo(Outcome.DONE);
        String head = "\r\nCSeq: 7 REGISTER\r\nContact: <sip:a@10.0.1.2:5080>\r\nExpires: 60\r\n\r\n";
        scenario.send(Packets.udp("10.0.1.2", 5060, "10.0.2.2", 5060).payload("REGISTER sip:x SIP/2.0" + head));
        assertThat(scenario.send(Packets.udp("10.0.2.2", 9999, "10.0.1.2", 5080)))
                .as("the registrar has not agreed yet")
                .isEqualTo("ACCEPT NEW original");
        scenario.send(Packets.udp("10.0.2.2", 5060, "10.0.1.2", 5060).payload("SIP/2.0 200 OK" + head));

        assertThat(scenario.send(Packets.udp("10.0.2.2", 9998, "10.0.1.2", 5080)))
                .isEqualTo("ACCEPT RELATED original");

        assertThat(scenario.table())
                .anyMatch(line -> line.contains("sport=9998 dport=5080") && line.endsWith("helper=sip"));
    }
}
