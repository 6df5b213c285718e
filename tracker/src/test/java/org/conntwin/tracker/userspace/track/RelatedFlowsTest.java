package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;

final class RelatedFlowsTest {
    private final Scenario scenario = new Scenario(settings());
    private final Flow master = master();

    @Test
    void theFirstPacketsOfAnExpectedFlowAreRelatedUntilAnAnswer() {
        expect(5000);

        assertThat(scenario.send(data("S").seq(1))).isEqualTo("ACCEPT RELATED original");
        assertThat(scenario.send(data("S").seq(1))).isEqualTo("ACCEPT RELATED original");
        assertThat(scenario.send(data("SA").reversed().seq(9).ack(2))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.send(data("A").seq(2).ack(10))).isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void anExpectedFlowHasItsMasterAndItsMark() {
        master.mark = 42;
        expect(5000);
        scenario.send(data("S").seq(1));

        Flow child = flow("10.2.0.9", 20, "10.1.0.9", 5000);
        assertThat(child.has(Status.EXPECTED)).isTrue();
        assertThat(child.master()).isSameAs(master);
        assertThat(child.mark).isEqualTo(42);
        assertThat(child.helper()).isNull();
        assertThat(scenario.events())
                .last()
                .asString()
                .startsWith("    [NEW] tcp")
                .endsWith("mark=42");
    }

    @Test
    void anExpectedFlowHasTheHelperThatItsMastersHelperWants() {
        Wanted plain = wanted(5000);
        scenario.tracker()
                .expectations()
                .expect(master, new Wanted(plain.tuple(), plain.mask(), 0, 0, "ftp", null, null), true, scenario.now());
        scenario.send(data("S").seq(1));

        Flow child = flow("10.2.0.9", 20, "10.1.0.9", 5000);
        assertThat(child.helper()).isEqualTo("ftp");
        assertThat(child.has(Status.HELPER)).isFalse();
    }

    @Test
    void aRuleGivesItsHelperToAnExpectedFlowThatHasNone() {
        expect(21);
        scenario.send(Packets.tcp("10.2.0.9", 20, "10.1.0.9", 21).flags("S").seq(1));

        Flow child = flow("10.2.0.9", 20, "10.1.0.9", 21);
        assertThat(child.helper()).isEqualTo("ftp");
        assertThat(child.has(Status.HELPER)).isTrue();
        assertThat(child.has(Status.EXPECTED)).isTrue();
    }

    @Test
    void anExpectationIsGoneEvenWhenTheFirstPacketIsInvalid() {
        expect(5000);

        assertThat(scenario.send(data("SA").seq(1).ack(1))).isEqualTo("ACCEPT INVALID -");

        assertThat(scenario.events()).extracting(RelatedFlowsTest::kind).containsExactly("[NEW]", "[DESTROY]");
        assertThat(scenario.send(data("S").seq(1))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void expectationsGoWithTheirMasterBehindIt() {
        expect(5000);
        scenario.events();

        scenario.tracker().kill(master, scenario.now());

        assertThat(scenario.events())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("[DESTROY] tcp"),
                        line -> assertThat(line).startsWith("[DESTROY] 300 proto=6"));
        assertThat(scenario.send(data("S").seq(1))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void aFlowOutlivesItsMasterAndGoesOnNamingIt() {
        expect(5000);
        scenario.send(data("S").seq(1));
        scenario.tracker().kill(master, scenario.now());

        Flow child = flow("10.2.0.9", 20, "10.1.0.9", 5000);
        assertThat(child.entry(scenario.now()).master()).isEqualTo(master.original());
    }

    @Test
    void livesOfFlowsAndExpectationsEndInOneOrder() {
        scenario.send(Packets.udp("10.9.0.1", 1, "10.9.0.2", 2).payload(1));
        expect(5000);
        scenario.after(290).send(Packets.udp("10.9.0.3", 1, "10.9.0.4", 2).payload(1));
        scenario.events();

        scenario.after(100);

        assertThat(scenario.events())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("[DESTROY] 0 proto=6"),
                        line -> assertThat(line).startsWith("[DESTROY] udp").contains("10.9.0.3"));
    }

    @Test
    void expiryTakesNoMoreThanItsSteps() {
        expect(5000);
        scenario.send(Packets.udp("10.9.0.1", 1, "10.9.0.2", 2).payload(1));
        scenario.events();
        long later = scenario.now() + 400_000_000_000L;

        assertThat(scenario.tracker().expire(later, 1)).isTrue();
        assertThat(scenario.events()).hasSizeLessThanOrEqualTo(1);
        for (int i = 0; i < 100 && scenario.tracker().expire(later, 1); i++) {}
        assertThat(scenario.tracker().expectations().count()).isZero();
        assertThat(scenario.tracker().expire(later, 1)).isFalse();
    }

    @Test
    void whatTheHelperDropsTellsNothingAndTheNextPacketTellsItAll() {
        say(1001, "USER x\r\n");
        master.mark = 7;
        master.events |= EventBits.MARK;
        scenario.events();

        assertThat(say(1009, "PORT\r\n")).isEqualTo("DROP ESTABLISHED original");
        assertThat(scenario.events()).isEmpty();
        assertThat(say(1009, "NOOP\r\n")).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.events()).hasSize(1);
        assertThat(scenario.tracker().counters().dropped).isEqualTo(1);
    }

    @Test
    void aHelperThatIsNotKnownIsGivenToNobody() {
        assertThat(scenario.tracker().helpers().give(master, "nonsense")).isFalse();
        assertThat(scenario.tracker().helpers().find("ftp", Protocol.UDP)).isNull();
        assertThat(master.helper()).isEqualTo("ftp");
    }

    private String say(long sequence, String text) {
        return scenario.send(Packets.tcp("10.1.0.9", 4000, "10.2.0.9", 21)
                .flags("PA")
                .seq(sequence)
                .ack(5001)
                .payload(text));
    }

    private static String kind(String line) {
        return line.strip().replaceFirst(" .*", "");
    }

    private void expect(int port) {
        assertThat(scenario.tracker().expectations().expect(master, wanted(port), true, scenario.now()))
                .isEqualTo(Outcome.DONE);
    }

    private static Wanted wanted(int port) {
        return Wanted.from(tuple("10.2.0.9", 0, "10.1.0.9", port));
    }

    private static TcpPacket data(String flags) {
        return Packets.tcp("10.2.0.9", 20, "10.1.0.9", 5000).flags(flags);
    }

    private Flow master() {
        TcpPacket control = Packets.tcp("10.1.0.9", 4000, "10.2.0.9", 21);
        scenario.send(control.flags("S").seq(1000));
        scenario.send(Packets.tcp("10.2.0.9", 21, "10.1.0.9", 4000)
                .flags("SA")
                .seq(5000)
                .ack(1001));
        scenario.send(control.flags("A").seq(1001).ack(5001));
        scenario.events();
        return flow("10.1.0.9", 4000, "10.2.0.9", 21);
    }

    private Flow flow(String source, int sourcePort, String destination, int destinationPort) {
        Flow found = scenario.tracker().table().find(tuple(source, sourcePort, destination, destinationPort), 0);
        if (found == null) {
            throw new AssertionError("no such flow");
        }
        return found;
    }

    private static Tuple tuple(String source, int sourcePort, String destination, int destinationPort) {
        Addresses.Parsed from = Addresses.parse(source);
        Addresses.Parsed to = Addresses.parse(destination);
        if (from == null || to == null) {
            throw new AssertionError("not an address");
        }
        return Tuple.ipv4(Protocol.TCP, (int) from.low(), (int) to.low(), sourcePort, destinationPort);
    }

    private static TrackerSettings settings() {
        return TrackerSettings.LINUX.withHelpers(List.of(new HelperRule("ftp", Protocol.TCP, 21)));
    }
}
