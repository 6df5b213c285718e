package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.udp;

import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.UdpPacket;
import org.junit.jupiter.api.Test;

class ZonesTest {
    private final Scenario scenario = new Scenario();

    private static UdpPacket query() {
        return udp("10.0.0.1", 1, "10.0.0.2", 2);
    }

    @Test
    void equalTuplesInDifferentZonesAreDifferentFlows() {
        scenario.send(query());

        assertThat(scenario.zone(3, Zone.Scope.BOTH).send(query().reversed())).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(query())).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.table())
                .containsExactly(
                        "udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] "
                                + "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0",
                        "udp      17 30 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 "
                                + "src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 mark=0 zone=3");
    }

    @Test
    void aZoneOfTheOriginalDirectionIsAnsweredInTheDefaultZone() {
        scenario.zone(3, Zone.Scope.ORIGINAL).send(query());

        assertThat(scenario.zone(3, Zone.Scope.BOTH).arrive(query().reversed()).state)
                .isEqualTo(PacketState.NEW);
        assertThat(scenario.zone(0, Zone.Scope.BOTH).send(query().reversed())).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.zone(3, Zone.Scope.ORIGINAL).send(query())).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.table()).anyMatch(line -> line.contains("dport=2 zone-orig=3 src=10.0.0.2"));
    }

    @Test
    void aZoneOfTheReplyDirectionIsAskedInTheDefaultZone() {
        scenario.zone(3, Zone.Scope.REPLY).send(query());

        assertThat(scenario.zone(3, Zone.Scope.BOTH).send(query().reversed())).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.zone(0, Zone.Scope.BOTH).send(query())).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.table()).singleElement().asString().endsWith("dport=1 zone-reply=3 mark=0");
    }

    @Test
    void clashesAreResolvedWithinAZoneOnly() {
        Tracking here = scenario.zone(3, Zone.Scope.BOTH).arrive(query());
        Tracking there = scenario.zone(4, Zone.Scope.BOTH).arrive(query());

        scenario.leave(here);
        scenario.leave(there);

        assertThat(scenario.table()).hasSize(2);
        assertThat(scenario.tracker().counters().clashResolved).isZero();
    }
}
