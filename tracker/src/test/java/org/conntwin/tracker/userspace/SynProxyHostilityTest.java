package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.client;

import java.util.List;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.testing.Garbage;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.api.Test;

/** Floods take nothing, damaged packets do no harm. */
class SynProxyHostilityTest {
    private final SteppedClock clock = new SteppedClock();

    private UserspaceTable table(int most) {
        UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX.withMaxEntries(most), clock, 1000);
        SynProxyRule six = new SynProxyRule(Family.IPV6, 0, 0, 0, 80, 1440, 7, true, true, true, true);
        SynProxyRule four = new SynProxyRule(Family.IPV4, 0, 0, 0, 80, 1460, 7, true, true, true, true);
        table.protect(new SynProxySettings(List.of(four, six), CookieSecret.random()), (bytes, start, length) -> true);
        return table;
    }

    private static long allocated(UserspaceTable table, TestPacket<?> made) {
        byte[] bytes = made.bytes();
        PacketReader reader = new PacketReader(true);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();
        return Garbage.of(i -> {
            reader.read(bytes, 0, bytes.length, bytes.length, packet);
            table.arrive(packet, 0, tracking);
        });
    }

    @Test
    void aFloodOfSynsOrWrongAcksLeavesNothingBehind() {
        try (UserspaceTable table = table(16)) {
            TestPacket<?> syn = client(1, "S", 5, 0).mss(1400).timestamp(1, 0).windowScale(3);
            assertThat(allocated(table, syn)).isLessThan(Garbage.NOISE);
            assertThat(allocated(table, client(1, "A", 5, 6).timestamp(1, 2))).isLessThan(Garbage.NOISE);
            TestPacket<?> six =
                    Packets.tcp("fd00::1", 5, "fd00::2", 80).flags("S").mss(1400);
            assertThat(allocated(table, six)).isLessThan(Garbage.NOISE);
            assertThat(table.count()).isZero();
            assertThat(table.trackerCounters())
                    .containsEntry("synReceived", 10L * Garbage.PACKETS)
                    .containsEntry("cookieInvalid", 5L * Garbage.PACKETS);
        }
    }

    @Test
    void wrongAcksPushNobodyOutOfAFullTable() {
        try (ProxiedTable proxied = new ProxiedTable(
                TrackerSettings.LINUX.withMaxEntries(2), clock, CookieSecret.random(), ProxiedTable.RULE)) {
            proxied.pass(Packets.tcp("10.9.0.1", 1, "10.9.0.2", 2).flags("S"));
            proxied.pass(Packets.tcp("10.9.0.1", 3, "10.9.0.2", 2).flags("S"));
            for (int port = 1; port < 1000; port++) {
                proxied.pass(client(port, "A", 5, port));
                proxied.pass(ProxiedTable.server(port, "PA", 5, port));
            }
            assertThat(proxied.table.count()).isEqualTo(2);
            assertThat(proxied.counted("earlyDropped")).isZero();
        }
    }

    @Test
    void damagedPacketsNeverThrow() {
        try (UserspaceTable table = table(64)) {
            PacketReader reader = new PacketReader(false);
            Packet packet = new Packet();
            Tracking tracking = new Tracking();
            MutatedPackets mutated = new MutatedPackets(7);
            int read = 0;
            for (int i = 0; i < 300_000; i++) {
                byte[] bytes = mutated.next();
                if (reader.read(bytes, 0, mutated.length, mutated.length, packet) == PacketShape.WHOLE) {
                    table.pass(packet, 0, tracking);
                    read++;
                }
            }
            assertThat(read).isGreaterThan(100_000);
            assertThat(table.trackerCounters().get("synReceived")).isPositive();
            assertThat(table.broken()).isNull();
        }
    }
}
