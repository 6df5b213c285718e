package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.tcp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.Seen;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.expect.ExpectationChanges;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.api.Test;

/** A client behind translation, its server before it: what is announced is what the server can reach. */
final class TranslatedFtpTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String SERVER = "10.0.9.9";
    private static final String GATE = "10.0.200.100";
    private static final String PORT = "PORT 10,0,1,2,200,11\r\n";
    private static final String REWRITTEN = "PORT 10,0,200,100,200,11\r\n";

    private final Scenario scenario = scenario(List.of(Rules.source("10.0.1.0/24", GATE)));

    private static Scenario scenario(List<NatRule> rules) {
        return new Scenario(TrackerSettings.LINUX
                .withNat(rules)
                .withHelpers(List.of(new TrackerSettings.HelperRule("ftp", 6, 21))));
    }

    @Test
    void anAnnouncementNamesTheTranslatedAddress() {
        greet();

        scenario.send(client(PORT, 8, 20));

        assertThat(Seen.of(scenario.left())).isEqualTo(GATE + ":4000 > 10.0.9.9:21");
        assertThat(said()).isEqualTo(REWRITTEN);
    }

    @Test
    void theNumbersBehindItFollowInBothDirections() {
        greet();
        scenario.send(client(PORT, 8, 20));
        int growth = REWRITTEN.length() - PORT.length();
        int answered = 8 + REWRITTEN.length();

        scenario.send(client(PORT, 8, 20));
        assertThat(said()).isEqualTo(REWRITTEN);
        assertThat(number(4)).isEqualTo(8);

        scenario.send(client("NOOP\r\n", 8 + PORT.length(), 20));
        assertThat(number(4)).isEqualTo(answered);
        assertThat(Seen.of(scenario.left())).isEqualTo(GATE + ":4000 > 10.0.9.9:21");

        scenario.send(
                tcp(SERVER, 21, GATE, 4000).flags("A").seq(20).ack(answered).sack(answered + 1L, answered + 6L));
        assertThat(Seen.of(scenario.left())).isEqualTo("10.0.9.9:21 > 10.0.1.2:4000");
        assertThat(number(8)).isEqualTo(8 + PORT.length());
        assertThat(number(22)).isEqualTo(answered + 1 - growth);
        assertThat(number(26)).isEqualTo(answered + 6 - growth);
    }

    @Test
    void aResetThatTheMachineAnswersWithKeepsTheNumbersThatItSaw() {
        greet();
        scenario.send(client(PORT, 8, 20));
        Tracking tracking = scenario.arrive(client("NOOP\r\n", 8 + PORT.length(), 20));
        Tracking answer = scenario.arrive(
                tcp(SERVER, 21, CLIENT, 4000).flags("RA").seq(20).ack(14 + PORT.length()));
        answer.flow = tracking.flow;
        answer.state = PacketState.RELATED;
        answer.direction = Flow.REPLY;

        assertThat(scenario.leave(answer)).isEqualTo("ACCEPT RELATED reply");
        assertThat(number(4)).isEqualTo(20);
        assertThat(number(8)).isEqualTo(14 + PORT.length());
    }

    @Test
    void theDataConnectionReachesTheClient() {
        greet();
        scenario.send(client(PORT, 8, 20));

        assertThat(scenario.translated(tcp(SERVER, 20, GATE, 51_211).flags("S").seq(1)))
                .isEqualTo("10.0.9.9:20 > 10.0.1.2:51211");
        assertThat(scenario.translated(
                        tcp(CLIENT, 51_211, SERVER, 20).flags("SA").seq(1).ack(2)))
                .isEqualTo(GATE + ":51211 > 10.0.9.9:20");
    }

    @Test
    void withoutRoomThePacketIsDroppedAndNothingIsExpected() {
        greet();
        Tracking tracking = scenario.arrive(client(PORT, 8, 20));
        Packet packet = Objects.requireNonNull(tracking.packet);
        packet.room = packet.length;

        assertThat(scenario.leave(tracking)).isEqualTo("DROP ESTABLISHED original");
        assertThat(scenario.tracker().expectations().count()).isZero();
    }

    @Test
    void aPortThatIsExpectedAlreadyIsReplacedByAHigherOne() {
        greet();
        scenario.send(client(PORT, 8, 20));
        Scenario other = scenario;
        other.send(tcp("10.0.1.3", 4000, SERVER, 21).flags("S").seq(0));
        String seen = Seen.of(other.left());
        int port = Integer.parseInt(seen.substring(seen.indexOf(':') + 1, seen.indexOf(' ')));
        other.send(tcp(SERVER, 21, GATE, port).flags("SA").seq(11).ack(1));
        other.send(tcp("10.0.1.3", 4000, SERVER, 21).flags("A").seq(1).ack(12).payload("USER a\n"));
        other.send(tcp("10.0.1.3", 4000, SERVER, 21).flags("A").seq(8).ack(12).payload("PORT 10,0,1,3,200,11\r\n"));

        String[] words = said().strip().split(",", -1);
        assertThat(Integer.parseInt(words[4]) * 256 + Integer.parseInt(words[5]))
                .isGreaterThan(51_211);
    }

    @Test
    void aSuccessorWithoutRulesGoesOnTranslating() {
        greet();
        scenario.send(client(PORT, 8, 20));
        Scenario successor = scenario(List.of());
        long now = successor.now();
        FlowChanges flows = new FlowChanges(successor.tracker());
        for (Conntrack entry : entries()) {
            assertThat(flows.insert(entry, false, now)).isEqualTo(Outcome.DONE);
        }
        ExpectationChanges expectations = new ExpectationChanges(
                successor.tracker().expectations(), successor.tracker().table());
        List<Expectation> told = new ArrayList<>();
        scenario.tracker().expectations().forEach(expected -> told.add(expected.model(scenario.now())));
        assertThat(expectations.expect(told.getFirst(), false, now)).isEqualTo(Outcome.DONE);

        assertThat(successor.translated(tcp(SERVER, 21, GATE, 4000)
                        .flags("A")
                        .seq(20)
                        .ack(8 + REWRITTEN.length())
                        .payload("200 ok\r\n")))
                .isEqualTo("10.0.9.9:21 > 10.0.1.2:4000");
        assertThat(ByteBuffer.wrap(successor.left()).getInt(28)).isEqualTo(8 + PORT.length());
        assertThat(successor.translated(tcp(SERVER, 20, GATE, 51_211).flags("S").seq(1)))
                .isEqualTo("10.0.9.9:20 > 10.0.1.2:51211");
    }

    private List<Conntrack> entries() {
        List<Conntrack> entries = new ArrayList<>();
        for (int bucket = 0; bucket < scenario.tracker().table().buckets(); bucket++) {
            scenario.tracker().table().visit(bucket, flow -> entries.add(flow.entry(scenario.now())));
        }
        return entries;
    }

    private void greet() {
        scenario.send(tcp(CLIENT, 4000, SERVER, 21).flags("S").seq(0).sackPermitted());
        scenario.send(tcp(SERVER, 21, GATE, 4000).flags("SA").seq(11).ack(1).sackPermitted());
        scenario.send(client("USER a\n", 1, 12));
        scenario.send(tcp(SERVER, 21, GATE, 4000).flags("A").seq(12).ack(8).payload("220 hi\r\n"));
    }

    private static TcpPacket client(String line, long sequence, long acknowledgment) {
        return tcp(CLIENT, 4000, SERVER, 21)
                .flags("A")
                .seq(sequence)
                .ack(acknowledgment)
                .payload(line);
    }

    /** What the packet that left carries. */
    private String said() {
        byte[] left = scenario.left();
        int header = 20 + ((left[32] & 0xf0) >>> 2);
        return new String(left, header, left.length - header, StandardCharsets.US_ASCII);
    }

    /** The number at an index of the TCP header of the packet that left. */
    private int number(int index) {
        return ByteBuffer.wrap(scenario.left()).getInt(20 + index);
    }
}
