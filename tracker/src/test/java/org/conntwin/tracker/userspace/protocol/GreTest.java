package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.pptpGre;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.junit.jupiter.api.Test;

/** What Linux 6.18 was seen to do with the same packets. */
class GreTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";

    private final Scenario scenario = new Scenario();

    @Test
    void allPacketsBetweenTwoAddressesAreOneFlowAndAnsweredAStream() {
        assertThat(scenario.send(gre(A, B))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(gre(B, A))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.send(gre(A, B))).isEqualTo("ACCEPT ESTABLISHED original");

        assertThat(scenario.events())
                .containsExactly(
                        "    [NEW] gre      47 30 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x0 [UNREPLIED] "
                                + "src=10.0.0.2 dst=10.0.0.1 srckey=0x0 dstkey=0x0",
                        " [UPDATE] gre      47 30 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x0 "
                                + "src=10.0.0.2 dst=10.0.0.1 srckey=0x0 dstkey=0x0",
                        " [UPDATE] gre      47 180 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x0 "
                                + "src=10.0.0.2 dst=10.0.0.1 srckey=0x0 dstkey=0x0 [ASSURED]");
    }

    @Test
    void aHeaderTooShortForAVersionIsVersionZero() {
        assertThat(scenario.send(any(Protocol.GRE, A, B))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(gre(B, A))).isEqualTo("ACCEPT ESTABLISHED reply");
    }

    @Test
    void aCallOfEnhancedGreIsAFlowOfItsOwnInEachDirectionAsLongAsNobodyKnowsBothKeys() {
        assertThat(scenario.send(pptpGre(A, B, 7))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(pptpGre(B, A, 7))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(pptpGre(A, B, 9))).isEqualTo("ACCEPT NEW original");

        assertThat(scenario.table())
                .hasSize(3)
                .anyMatch(line -> line.contains("src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x7 [UNREPLIED] "
                        + "src=10.0.0.2 dst=10.0.0.1 srckey=0x7 dstkey=0x0"));
    }

    @Test
    void enhancedGreThatDoesNotCarryPppIsInvalid() {
        assertThat(scenario.send(any(Protocol.GRE, A, B).payload(new byte[] {0x20, 1, 8, 0, 0, 0, 0, 7})))
                .isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void whoKnowsTheCallGivesTheSourceKeyAndTheLifetimes() {
        GreTracker tracker = new GreTracker(30, 180, key -> key.destinationKey() == 7 ? 21 : 0);
        Packet packet = new Packet();
        byte[] bytes = pptpGre(A, B, 7).bytes();
        assertThat(new PacketReader(true).read(bytes, 0, bytes.length, bytes.length, packet))
                .isEqualTo(PacketShape.WHOLE);

        assertThat(tracker.keys(packet)).isTrue();

        assertThat(packet.key.sourceKey()).isEqualTo(21);
        assertThat(packet.key.destinationKey()).isEqualTo(7);
        Flow flow = new Flow(packet.key, packet.key.tuple().inverted(), Zone.DEFAULT, 1);
        flow.state = new GreTrack(600, 18_000);
        tracker.track(flow, packet, Flow.ORIGINAL, 0);
        assertThat(flow.secondsLeft(0)).isEqualTo(600);
    }
}
