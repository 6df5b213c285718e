package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.HashMap;
import java.util.Map;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.Seen;
import org.conntwin.tracker.testing.UdpPacket;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MasqueradeTest {
    private static final int WAN = 7;
    private static final int LAN = 8;

    private final Scenario scenario = Rules.scenario(Rules.masquerade("10.0.1.0/24", "wan0"));
    private final Devices devices = new Devices();

    MasqueradeTest() {
        scenario.translation().addresses(devices);
        devices.addresses.put(WAN, "192.0.2.7");
    }

    @Test
    void theSourceBecomesTheAddressOfTheDeviceThatTheRuleNames() {
        assertThat(leaves(udp("10.0.1.2", 53, "198.51.100.1", 53).payload(1), WAN))
                .isEqualTo("192.0.2.7:53 > 198.51.100.1:53");
        assertThat(leaves(udp("10.0.1.2", 54, "198.51.100.1", 53).payload(1), LAN))
                .isEqualTo("10.0.1.2:54 > 198.51.100.1:53");
        assertThat(leaves(udp("10.0.1.2", 55, "198.51.100.1", 53).payload(1), 0))
                .isEqualTo("10.0.1.2:55 > 198.51.100.1:53");
    }

    @Test
    void withoutAnAddressThePacketIsDroppedAndCounted() {
        devices.addresses.clear();

        assertThat(leaves(udp("10.0.1.2", 53, "198.51.100.1", 53).payload(1), WAN))
                .isEqualTo("dropped");
        assertThat(scenario.tracker().counters().translationFailed).isEqualTo(1);
        assertThat(scenario.table()).isEmpty();
    }

    @Test
    void whoHasNoAddressYetIsLeftAlone() {
        Scenario all = Rules.scenario(Rules.masquerade("0.0.0.0/0", "wan0"));
        all.translation().addresses(devices);

        assertThat(leaves(all, udp("0.0.0.0", 68, "255.255.255.255", 67).payload(1), WAN))
                .isEqualTo("0.0.0.0:68 > 255.255.255.255:67");
    }

    @Test
    void aFlowThatLeavesByAnotherDeviceEnds() {
        UdpPacket packet = udp("10.0.1.2", 53, "198.51.100.1", 53).payload(1);
        leaves(packet, WAN);

        assertThat(leaves(packet, LAN)).isEqualTo("dropped");
        assertThat(scenario.events()).last().asString().startsWith("[DESTROY] udp");
        assertThat(leaves(packet, WAN)).isEqualTo("192.0.2.7:53 > 198.51.100.1:53");
    }

    @Test
    void aFlowEndsWhenItsAddressIsGone() {
        UdpPacket packet = udp("10.0.1.2", 53, "198.51.100.1", 53).payload(1);
        leaves(packet, WAN);
        leaves(packet, WAN);
        devices.addresses.put(WAN, "192.0.2.8");

        assertThat(leaves(packet, WAN)).isEqualTo("192.0.2.7:53 > 198.51.100.1:53");
        scenario.after(1.5);
        assertThat(leaves(packet, WAN)).isEqualTo("dropped");
        assertThat(leaves(packet, WAN)).isEqualTo("192.0.2.8:53 > 198.51.100.1:53");
    }

    @Test
    void whatNobodyRoutedLeavesByTheDeviceOfItsRoute() {
        devices.way = WAN;

        assertThat(scenario.translated(udp("10.0.1.2", 53, "198.51.100.1", 53).payload(1)))
                .isEqualTo("192.0.2.7:53 > 198.51.100.1:53");
    }

    private String leaves(UdpPacket packet, int device) {
        return leaves(scenario, packet, device);
    }

    private static String leaves(Scenario through, UdpPacket packet, int device) {
        Tracking tracking = through.arrive(packet);
        boolean passes = through.translation().destination(tracking, through.now())
                && through.translation().source(tracking, device, through.now());
        if (!passes) {
            return "dropped";
        }
        through.leave(tracking);
        return Seen.of(through.left());
    }

    /** Devices by their numbers. */
    private static final class Devices implements SourceAddresses {
        private final Map<Integer, String> addresses = new HashMap<>();
        private int way;

        @Override
        public int way(Family family, long high, long low) {
            return way;
        }

        @Override
        public boolean holds(Family family, long high, long low) {
            return addresses.containsValue(Addresses.text(family, high, low));
        }

        @Override
        public Addresses.@Nullable Parsed to(int outDevice, Family family, long high, long low) {
            String address = addresses.get(outDevice);
            return address == null ? null : Rules.address(address);
        }

        @Override
        public @Nullable String device(int outDevice) {
            return outDevice == WAN ? "wan0" : "lan0";
        }
    }
}
