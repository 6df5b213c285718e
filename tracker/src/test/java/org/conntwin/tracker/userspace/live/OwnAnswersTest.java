package org.conntwin.tracker.userspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;
import org.conntwin.tracker.testing.Seen;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.userspace.PacketBurst;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A firewall between a client that it hides and a server that it gives another address. */
final class OwnAnswersTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String FRONT = "10.0.200.80";
    private static final String SERVER = "10.0.9.9";
    private static final String GATE = "10.0.200.100";
    private static final String FIREWALL = "10.0.1.1";

    private final UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX.withNat(List.of(
            new NatRule(NatRule.Kind.DESTINATION, null, prefix(FRONT), -1, 0, null, address(SERVER), 0, 0, 0),
            new NatRule(NatRule.Kind.SOURCE, prefix(CLIENT), null, -1, 0, null, address(GATE), 0, 0, 0))));
    private final PacketBurst burst = table.bursts();
    private final BetweenPasses between = new BetweenPasses(16, 1_000_000_000_000L);
    private final OwnAnswers answers = new OwnAnswers(between);
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void anErrorAboutAPacketThatIsHalfTranslatedSpeaksOfItAsItsSenderSentIt() {
        routed(udp(CLIENT, 4000, FRONT, 53).payload(20), true);

        boolean found = answered(icmp(FIREWALL, CLIENT, 11, 0)
                .payload(udp(CLIENT, 4000, SERVER, 53).payload(20).bytes()));

        assertThat(found).isTrue();
        assertThat(tracking.state).isEqualTo(PacketState.RELATED);
        byte[] left = left();
        assertThat(Seen.of(left)).startsWith(FRONT + " > " + CLIENT);
        assertThat(Seen.of(Arrays.copyOfRange(left, 28, left.length))).isEqualTo(CLIENT + ":4000 > " + FRONT + ":53");
    }

    @Test
    void aResetForAFirstPacketThatWasRejectedComesFromWhereItWasSent() {
        routed(tcp(CLIENT, 4000, FRONT, 80).flags("S").seq(7), false);

        assertThat(answered(tcp(SERVER, 80, CLIENT, 4000).flags("RA").ack(8))).isTrue();
        assertThat(Seen.of(left())).isEqualTo(FRONT + ":80 > " + CLIENT + ":4000");
        assertThat(table.count()).isZero();
    }

    @Test
    void answersToAFirstPacketThatWasRejectedAreRelatedAlsoWhereNothingIsTranslated() {
        routed(tcp(CLIENT, 4000, SERVER, 80).flags("S").seq(7), false);
        routed(udp(CLIENT, 4001, SERVER, 53).payload(20), false);

        assertThat(answered(tcp(SERVER, 80, CLIENT, 4000).flags("RA").ack(8))).isTrue();
        assertThat(tracking.state).isEqualTo(PacketState.RELATED);
        assertThat(Seen.of(left())).isEqualTo(SERVER + ":80 > " + CLIENT + ":4000");
        assertThat(answered(icmp(FIREWALL, CLIENT, 3, 3)
                        .payload(udp(CLIENT, 4001, SERVER, 53).payload(20).bytes())))
                .isTrue();
        assertThat(Seen.of(left())).startsWith(FIREWALL + " > " + CLIENT);
        assertThat(table.count()).isZero();
    }

    @Test
    void aResetThatTheMachineSendsClosesTheFlow() {
        routed(tcp(CLIENT, 4000, FRONT, 80).flags("S").seq(7), true);
        routed(tcp(SERVER, 80, GATE, 4000).flags("SA").seq(20).ack(8), true);
        routed(tcp(CLIENT, 4000, FRONT, 80).flags("A").seq(8).ack(21), true);
        routed(tcp(CLIENT, 4000, FRONT, 80).flags("A").seq(8).ack(21).payload(5), false);

        assertThat(answered(tcp(SERVER, 80, CLIENT, 4000).flags("R").seq(21))).isTrue();
        left();

        List<String> entries = new ArrayList<>();
        table.dump(entry -> entries.add(EntryText.line(entry)));
        assertThat(entries).singleElement().asString().contains(" CLOSE ", " 9 ");
    }

    @Test
    void nothingIsToldOfAFlowThatNeverGotIntoTheTable() throws InterruptedException {
        Heard heard = new Heard();
        table.listen(heard);
        routed(tcp(CLIENT, 4000, FRONT, 80).flags("S").seq(7), false);

        answered(tcp(SERVER, 80, CLIENT, 4000).flags("RA").ack(8));
        left();
        routed(udp(CLIENT, 4001, FRONT, 53).payload(20), true);

        assertThat(heard.next()).isEqualTo("NEW 4001");
    }

    @Test
    void anErrorAboutAnAnswerSpeaksToTheServerOfTheGate() {
        routed(udp(CLIENT, 4000, FRONT, 53).payload(20), true);
        routed(udp(SERVER, 53, GATE, 4000).payload(20), false);

        assertThat(answered(icmp(FIREWALL, SERVER, 3, 1)
                        .payload(udp(SERVER, 53, CLIENT, 4000).payload(20).bytes())))
                .isTrue();
        byte[] left = left();
        assertThat(Seen.of(left)).startsWith(GATE + " > " + SERVER);
        assertThat(Seen.of(Arrays.copyOfRange(left, 28, left.length))).isEqualTo(SERVER + ":53 > " + GATE + ":4000");
    }

    @Test
    void othersAreLeftToTheTracker() {
        routed(udp(CLIENT, 4000, FRONT, 53).payload(20), true);

        assertThat(answered(tcp(FIREWALL, 80, CLIENT, 4000).flags("RA"))).isFalse();
        assertThat(answered(icmp(FIREWALL, CLIENT, 0, 0).id(7))).isFalse();
        assertThat(answered(udp(SERVER, 53, CLIENT, 4000).payload(1))).isFalse();
    }

    @Test
    void noRuleForWhatArrivesChangesWhereTheFirewallItselfSendsTo() {
        long now = burst.begin();
        read(udp(FIREWALL, 4000, FRONT, 53).payload(20));
        burst.arrive(packet, true, tracking);
        burst.end();

        assertThat(now).isNotZero();
        assertThat(Seen.of(bytes())).isEqualTo(FIREWALL + ":4000 > " + FRONT + ":53");
    }

    /** Takes a packet through the first pass, and the second one if it leaves. */
    private void routed(TestPacket<?> sent, boolean leaves) {
        long now = burst.begin();
        read(sent);
        burst.arrive(packet, false, tracking);
        reread();
        between.put(Objects.requireNonNull(burst.shown(packet)), Objects.requireNonNull(tracking.flow), now);
        if (leaves) {
            burst.leave(tracking, 0);
        }
        burst.end();
    }

    private boolean answered(TestPacket<?> answer) {
        long now = burst.begin();
        read(answer);
        boolean found = answers.about(packet, tracking, burst, now);
        burst.end();
        return found;
    }

    private byte[] left() {
        burst.begin();
        burst.leave(tracking, 0);
        burst.end();
        assertThat(tracking.dropped).isFalse();
        return bytes();
    }

    private void read(TestPacket<?> sent) {
        byte[] bytes = sent.bytes();
        new PacketReader(false).read(bytes, 0, bytes.length, bytes.length, packet);
    }

    private void reread() {
        new PacketReader(false).read(packet.bytes, packet.start, packet.length, packet.length, packet);
    }

    private byte[] bytes() {
        return Arrays.copyOfRange(packet.bytes, packet.start, packet.start + packet.length);
    }

    private static Addresses.Parsed address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    private static NatRule.Prefix prefix(String text) {
        Addresses.Parsed address = address(text);
        return new NatRule.Prefix(address.family(), address.high(), address.low(), 32);
    }

    /** Events with the client's port. */
    private static final class Heard implements TableListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void batchBegins() {}

        @Override
        public void batchEnds() {}

        @Override
        public void conntrack(EventKind kind, Conntrack entry) {
            events.add(kind + " " + entry.original().sourceKey());
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation) {}

        @Override
        public void overrun() {}

        @Nullable
        String next() throws InterruptedException {
            return events.poll(10, TimeUnit.SECONDS);
        }
    }
}
