package org.conntwin.tracker.userspace.helper.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;

final class BroadcastHelperTest {
    private static final long BROADCAST = 0x0a09_0fffL;
    private static final String NETBIOS = " proto=17 src=10.9.15.255 dst=10.9.1.1 sport=137 dport=5000"
            + " mask-src=255.255.240.0 mask-dst=255.255.255.255 sport=65535 dport=65535 master-src=10.9.1.1"
            + " master-dst=10.9.15.255 sport=5000 dport=137 PERMANENT class=0 helper=netbios-ns";

    private final Scenario scenario = new Scenario(
            TrackerSettings.LINUX.withHelpers(List.of(
                    new HelperRule("netbios-ns", Protocol.UDP, 137), new HelperRule("snmp", Protocol.UDP, 161))),
            (address, now) -> address == BROADCAST ? 0xffff_f000L : 0);

    private String ask(String whom, int port) {
        return scenario.send(Packets.udp("10.9.1.1", 5000, whom, port).payload("who is there"));
    }

    private List<String> expectations() {
        return scenario.events().stream()
                .filter(line -> line.contains("mask-src"))
                .toList();
    }

    @Test
    void aQuestionToTheNetworkExpectsAnswersOfAllItsHostsAsTheKernelDoes() {
        ask("10.9.15.255", 137);
        assertThat(expectations()).containsExactly("    [NEW] 3" + NETBIOS);

        assertThat(scenario.send(Packets.udp("10.9.2.7", 137, "10.9.1.1", 5000)))
                .isEqualTo("ACCEPT RELATED original");
        assertThat(scenario.send(Packets.udp("10.9.3.8", 137, "10.9.1.1", 5000)))
                .isEqualTo("ACCEPT RELATED original");
        assertThat(scenario.send(Packets.udp("10.9.16.9", 137, "10.9.1.1", 5000)))
                .isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(Packets.udp("10.9.4.9", 138, "10.9.1.1", 5000)))
                .isEqualTo("ACCEPT NEW original");
        assertThat(expectations()).isEmpty();

        scenario.after(1.5);
        ask("10.9.15.255", 137);
        assertThat(expectations()).containsExactly("[DESTROY] 1" + NETBIOS, "    [NEW] 3" + NETBIOS);
        scenario.after(3);
        assertThat(expectations()).containsExactly("[DESTROY] 0" + NETBIOS);
        assertThat(scenario.send(Packets.udp("10.9.2.9", 137, "10.9.1.1", 5000)))
                .isEqualTo("ACCEPT NEW original");
    }

    @Test
    void snmpWaitsForHalfAMinute() {
        ask("10.9.15.255", 161);

        assertThat(expectations()).singleElement().asString().startsWith("    [NEW] 30 ");
    }

    @Test
    void aNetworkThatIsNotKnownLeadsToNothing() {
        assertThat(ask("10.9.31.255", 137)).isEqualTo("ACCEPT NEW original");
        assertThat(ask("255.255.255.255", 137)).isEqualTo("ACCEPT NEW original");
        assertThat(ask("10.9.1.7", 137)).isEqualTo("ACCEPT NEW original");

        assertThat(expectations()).isEmpty();
    }

    @Test
    void thisHostsNetworksAreThoseOfItsInterfaces() throws Exception {
        LocalNetworks networks = new LocalNetworks(true);

        networks.refresh(0);

        assertThat(networks.mask(0x0102_0304L, 0)).isZero();
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress address : device.getInterfaceAddresses()) {
                InetAddress broadcast = address.getBroadcast();
                if (broadcast != null) {
                    long mask = networks.mask(
                            ByteBuffer.wrap(broadcast.getAddress()).getInt() & 0xffff_ffffL, 1);
                    assertThat(Long.bitCount(mask)).isEqualTo(address.getNetworkPrefixLength());
                }
            }
        }
    }

    @Test
    void networksAreReadOnceSomebodyAskedAndNeverByTheQuestion() throws Exception {
        LocalNetworks networks = new LocalNetworks(false);
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        long known = loopback.getInterfaceAddresses().stream()
                .filter(address -> address.getBroadcast() != null)
                .mapToLong(address ->
                        ByteBuffer.wrap(address.getBroadcast().getAddress()).getInt() & 0xffff_ffffL)
                .findFirst()
                .orElse(-1);
        networks.refresh(0);
        assertThat(networks.mask(known, 0)).as("nobody has asked so far").isZero();
        assertThat(networks.mask(known, 0)).isZero();

        networks.refresh(1);
        assertThat(networks.mask(known, 1) != 0).isEqualTo(known >= 0);
    }
}
