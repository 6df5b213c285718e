package org.conntwin.tracker.userspace.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.tcp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of idle connections are asked before those make room. */
class ProbeTest {
    private static final int LIMIT = 20;

    private final Scenario scenario = new Scenario(TrackerSettings.LINUX
            .withMaxEntries(LIMIT)
            .withOverload(OverloadSettings.KERNEL.withSoftSeconds(300).withProbe(true)));
    private final List<byte[]> sent = new ArrayList<>();
    private boolean sending = true;

    ProbeTest() {
        scenario.tracker().overload().sender((bytes, start, length) -> {
            sent.add(Arrays.copyOfRange(bytes, start, start + length));
            return sending;
        });
    }

    private static String client(int number, String network) {
        return network + (network.endsWith(":") ? Integer.toHexString(number) : Integer.toString(number));
    }

    private static TcpPacket fromClient(int number) {
        return tcp(client(number, "10.1.0."), 1000, "10.9.9.9", 80);
    }

    private void establish(TcpPacket[] packets) {
        for (TcpPacket packet : packets) {
            assertThat(scenario.send(packet)).startsWith("ACCEPT");
        }
    }

    private static TcpPacket[] handshake(String client, String server) {
        return new TcpPacket[] {
            tcp(client, 1000, server, 80).flags("S").seq(1000).window(5000),
            tcp(server, 80, client, 1000).flags("SA").seq(9000).ack(1001).window(7000),
            tcp(client, 1000, server, 80).flags("A").seq(1001).ack(9001).window(5000),
            tcp(server, 80, client, 1000)
                    .flags("PA")
                    .seq(9001)
                    .ack(1001)
                    .window(7000)
                    .payload(10),
            tcp(client, 1000, server, 80).flags("A").seq(1001).ack(9011).window(5000),
        };
    }

    private void fill() {
        for (int i = 1; i <= LIMIT; i++) {
            establish(handshake(client(i, "10.1.0."), "10.9.9.9"));
        }
    }

    private boolean there(int number) {
        return scenario.tracker().table().find(Tuple.ipv4(6, 0x0a01_0000 + number, 0x0a09_0909, 1000, 80), 0) != null;
    }

    private OverloadCounters counters() {
        return scenario.tracker().overload().counters();
    }

    private String newFlow(int number) {
        return scenario.send(any(99, "10.2.0." + number, "10.9.9.9"));
    }

    /** Lets time pass in the small turns that a table takes. */
    private void turns(double seconds) {
        for (double passed = 0; passed < seconds; passed += 0.1) {
            scenario.after(0.1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.", "fd00::"})
    void bothEndsAreSentWhatTheyAcknowledgedAlready(String network) {
        String server = network.equals("fd00::") ? "fd09::9" : "10.9.9.9";
        for (int i = 1; i <= LIMIT; i++) {
            establish(handshake(client(i, network), server));
        }
        scenario.after(302);

        assertThat(sent).hasSize(2 * LIMIT);
        TcpPacket toClient = tcp(server, 80, client(1, network), 1000)
                .flags("A")
                .seq(9010)
                .ack(1001)
                .window(7000);
        TcpPacket toServer = tcp(client(1, network), 1000, server, 80)
                .flags("A")
                .seq(1000)
                .ack(9011)
                .window(5000);
        assertThat(sent).map(ProbeTest::plain).contains(plain(toClient.bytes())).contains(plain(toServer.bytes()));
        for (byte[] probe : sent) {
            Packet packet = new Packet();
            assertThat(new PacketReader(true).read(probe, 0, probe.length, probe.length, packet))
                    .isEqualTo(PacketShape.WHOLE);
            assertThat(Checksums.transportValid(packet, Protocol.TCP)).isTrue();
        }
    }

    /** The packet without what a host may choose: don't fragment, and the sum over it. */
    private static ByteBuffer plain(byte[] packet) {
        byte[] copy = packet.clone();
        if (copy[0] == 0x45) {
            copy[6] = 0;
            copy[10] = 0;
            copy[11] = 0;
        }
        return ByteBuffer.wrap(copy);
    }

    @Test
    void nobodyIsAskedWhileThereIsRoomOrTheConnectionIsUsed() {
        for (int i = 1; i <= LIMIT / 2; i++) {
            establish(handshake(client(i, "10.1.0."), "10.9.9.9"));
        }
        turns(310);
        for (int i = LIMIT / 2 + 1; i <= LIMIT; i++) {
            establish(handshake(client(i, "10.1.0."), "10.9.9.9"));
        }
        turns(1);

        assertThat(counters().probed).isEqualTo(LIMIT / 2);
        for (byte[] probe : sent) {
            // Of those used lately neither end is asked.
            assertThat(Math.min(probe[15] & 0xff, probe[19] & 0xff)).isLessThanOrEqualTo(LIMIT / 2);
        }
    }

    @Test
    void aSilentConnectionMakesRoomAndOneThatAnsweredDoesNot() {
        fill();
        scenario.after(302);
        assertThat(newFlow(1)).as("while answers may come").startsWith("DROP");
        // 1's client acknowledges; 2's server does; of 3 one end knows nothing.
        scenario.send(fromClient(1).flags("A").seq(1001).ack(9011).window(5000));
        scenario.send(fromClient(2).reversed().flags("A").seq(9011).ack(1001).window(7000));
        assertThat(scenario.send(fromClient(3).flags("R").seq(1001).window(0)))
                .isEqualTo("ACCEPT ESTABLISHED original");

        turns(3.5);

        assertThat(counters().probed).isEqualTo(LIMIT);
        assertThat(counters().probesAnswered).isEqualTo(2);
        assertThat(counters().probesReset).isEqualTo(1);
        assertThat(counters().probesUnanswered).isEqualTo(LIMIT - 3);
        // The reset one first, then the silent ones; each newcomer is answered, so that it stays.
        for (int i = 1; i <= LIMIT - 2; i++) {
            establish(handshake("10.3.0." + i, "10.9.9.9"));
            assertThat(there(3)).isFalse();
        }
        assertThat(there(1)).isTrue();
        assertThat(there(2)).isTrue();
        assertThat(newFlow(2)).startsWith("DROP");
        assertThat(counters().evictedClosing).isOne();
        assertThat(counters().evictedIdle).isEqualTo(LIMIT - 3);
    }

    @Test
    void connectionsWhoseLifetimesShrankAreAskedBeforeTheyEnd() {
        Scenario shrinking = new Scenario(TrackerSettings.LINUX
                .withMaxEntries(LIMIT)
                .withOverload(new OverloadSettings(true, 0.5, 1.0, 3, true)));
        shrinking.tracker().overload().sender((bytes, start, length) -> true);
        for (int i = 1; i <= LIMIT; i++) {
            for (TcpPacket packet : handshake(client(i, "10.1.0."), "10.9.9.9")) {
                shrinking.send(packet);
            }
        }
        OverloadCounters counted = shrinking.tracker().overload().counters();
        shrinking.after(4);
        assertThat(counted.probed).isEqualTo(LIMIT);
        for (int i = 1; i <= LIMIT; i++) {
            assertThat(shrinking.send(
                            fromClient(i).flags("A").seq(1001).ack(9011).window(5000)))
                    .isEqualTo("ACCEPT ESTABLISHED original");
        }
        for (int turn = 0; turn < 35; turn++) {
            shrinking.after(0.1);
        }
        assertThat(counted.probesAnswered).isEqualTo(LIMIT);
        assertThat(counted.probesReset).isZero();
        assertThat(counted.evicted()).isZero();
    }

    @Test
    void aConnectionThatEndsWhileItIsAskedIsNoneThatAnEndReset() {
        fill();
        scenario.after(302);
        flows().forEach(flow -> scenario.tracker().kill(flow, scenario.now()));
        turns(3.5);

        assertThat(counters().probed).isEqualTo(LIMIT);
        assertThat(counters().probesEnded).isEqualTo(LIMIT);
        assertThat(counters().probesReset).isZero();
    }

    @Test
    void anAnswerCountsHoweverLateItIsLookedAt() {
        fill();
        scenario.after(302);
        int hour = 3600;
        for (int i = 1; i <= LIMIT; i++) {
            scenario.send(fromClient(i).flags("A").seq(1001).ack(9011).window(5000));
        }
        scenario.tracker().overload().turn(scenario.now() + 20L * hour * 1_000_000_000L);

        assertThat(counters().probesAnswered).isEqualTo(LIMIT);
        assertThat(counters().probesUnanswered).isZero();
    }

    @Test
    void anAnswerAfterTheWaitCountsAsLongAsNobodyLooked() {
        fill();
        scenario.after(302);
        long asked = scenario.now();
        for (Flow flow : flows()) {
            flow.used(asked + 9_000_000_000L);
        }
        scenario.tracker().overload().turn(asked + 10_000_000_000L);

        assertThat(counters().probesAnswered).isEqualTo(LIMIT);
    }

    private List<Flow> flows() {
        List<Flow> flows = new ArrayList<>();
        for (int i = 1; i <= LIMIT; i++) {
            flows.add(Objects.requireNonNull(
                    scenario.tracker().table().find(Tuple.ipv4(6, 0x0a01_0000 + i, 0x0a09_0909, 1000, 80), 0)));
        }
        return flows;
    }

    @Test
    void untranslatedSilentConnectionsGoBeforeTranslatedOnes() {
        fill();
        Flow translated = scenario.tracker().table().find(Tuple.ipv4(6, 0x0a01_0001, 0x0a09_0909, 1000, 80), 0);
        Objects.requireNonNull(translated).status |= Status.DST_NAT;
        scenario.after(302);
        turns(3.5);

        for (int i = 1; i < LIMIT; i++) {
            establish(handshake("10.3.0." + i, "10.9.9.9"));
            assertThat(there(1)).isTrue();
        }
        establish(handshake("10.3.0.99", "10.9.9.9"));
        assertThat(there(1)).isFalse();
    }

    @Test
    void withoutASenderIdleConnectionsMakeRoomUnasked() {
        Scenario mute = new Scenario(TrackerSettings.LINUX
                .withMaxEntries(LIMIT)
                .withOverload(OverloadSettings.KERNEL.withSoftSeconds(300).withProbe(true)));
        for (int i = 1; i <= LIMIT; i++) {
            for (TcpPacket packet : handshake(client(i, "10.1.0."), "10.9.9.9")) {
                mute.send(packet);
            }
        }
        mute.after(302);

        assertThat(mute.send(any(99, "10.2.0.1", "10.9.9.9"))).startsWith("ACCEPT");
    }

    @Test
    void whatCannotBeSentIsCountedAndAsGoodAsLost() {
        sending = false;
        fill();
        scenario.after(302);
        assertThat(counters().probesFailed).isEqualTo(LIMIT);
        assertThat(newFlow(1)).startsWith("DROP");

        turns(3.5);
        assertThat(counters().probesUnanswered).isEqualTo(LIMIT);
        assertThat(newFlow(1)).startsWith("ACCEPT");
    }

    @Test
    void soManyASecondAreAskedAtMost() {
        int many = 4_000;
        Scenario large = new Scenario(TrackerSettings.LINUX
                .withMaxEntries(many)
                .withOverload(OverloadSettings.KERNEL.withSoftSeconds(1).withProbe(true)));
        large.tracker().overload().sender((bytes, start, length) -> true);
        for (int i = 0; i < many; i++) {
            for (TcpPacket packet : handshake("10.1." + i / 250 + "." + i % 250, "10.9.9.9")) {
                large.send(packet);
            }
        }
        for (int turn = 0; turn < 100; turn++) {
            large.after(0.02);
        }
        // The first second none is idle; in the second one 500 are asked, and a first few at once.
        assertThat(large.tracker().overload().counters().probed).isBetween(1L, 520L);
        for (int turn = 0; turn < 1_000; turn++) {
            large.after(0.02);
        }
        assertThat(large.tracker().overload().counters().probed).isEqualTo(2_048);
    }
}
