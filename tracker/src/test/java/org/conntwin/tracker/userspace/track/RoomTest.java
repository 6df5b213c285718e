package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.sctp;

import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.junit.jupiter.api.Test;

/** What goes and what is refused when the table is full. */
class RoomTest {
    private static final int LIMIT = 200;

    private static Scenario limited(boolean earlyDrop) {
        return new Scenario(TrackerSettings.LINUX
                .withMaxEntries(LIMIT)
                .withOverload(OverloadSettings.KERNEL.withEarlyDrop(earlyDrop)));
    }

    private static String host(int number) {
        return "10.0." + (number >> 8) + "." + (number & 0xff);
    }

    private static void fillAssured(Scenario scenario) {
        for (int i = 0; i < LIMIT; i++) {
            scenario.send(gre(host(i), "10.9.9.9"));
            scenario.send(gre("10.9.9.9", host(i)));
            scenario.send(gre(host(i), "10.9.9.9"));
        }
        assertThat(scenario.tracker().table().count()).isEqualTo(LIMIT);
    }

    @Test
    void unassuredFlowsMakeRoomForNewOnes() {
        Scenario scenario = limited(true);
        for (int i = 0; i < 3 * LIMIT; i++) {
            assertThat(scenario.send(any(99, host(i), "10.9.9.9"))).isEqualTo("ACCEPT NEW original");
            assertThat(scenario.tracker().table().count()).isLessThanOrEqualTo(LIMIT);
        }
        TrackerCounters counters = scenario.tracker().counters();
        assertThat(counters.earlyDropped)
                .isEqualTo(3 * LIMIT - scenario.tracker().table().count());
        assertThat(scenario.events())
                .filteredOn(line -> line.startsWith("[DESTROY]"))
                .hasSize((int) counters.earlyDropped);
        assertThat(scenario.tracker().table().broken()).isNull();
    }

    @Test
    void aNewFlowIsDroppedWhereAllAreAssured() {
        Scenario scenario = limited(true);
        fillAssured(scenario);

        assertThat(scenario.send(any(99, "10.1.1.1", "10.9.9.9"))).isEqualTo("DROP INVALID -");
        assertThat(scenario.after(5).send(any(99, "10.1.1.1", "10.9.9.9"))).isEqualTo("DROP INVALID -");

        assertThat(scenario.tracker().counters().tableFull).isEqualTo(2);
        assertThat(scenario.send(gre(host(7), "10.9.9.9"))).isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void nothingMakesRoomWhenThatIsOff() {
        Scenario scenario = limited(false);
        for (int i = 0; i < LIMIT; i++) {
            scenario.send(any(99, host(i), "10.9.9.9"));
        }

        assertThat(scenario.send(any(99, "10.1.1.1", "10.9.9.9"))).isEqualTo("DROP INVALID -");
        assertThat(scenario.after(5).tracker().counters().earlyDropped).isZero();
    }

    @Test
    void aFlowThatEndsSoonMakesRoomWhereAllAreAssured() {
        Scenario scenario = limited(true);
        for (int i = 0; i < LIMIT; i++) {
            close(scenario, i, i == 77);
        }
        scenario.events();
        // Each search looks at a part of the table, and the next one goes on from there.
        int tries = 1;
        while (!scenario.send(any(99, "10.1.1.1", "10.9.9.9")).startsWith("ACCEPT") && tries < 8) {
            tries++;
        }

        assertThat(scenario.events())
                .filteredOn(line -> line.startsWith("[DESTROY]"))
                .singleElement()
                .asString()
                .contains(" SHUTDOWN_SENT ", " src=" + host(77) + " ");
        assertThat(scenario.tracker().overload().counters().evictedClosing).isEqualTo(1);
    }

    /** An association that is established, and then perhaps shut down by half. */
    private static void close(Scenario scenario, int number, boolean shutDown) {
        SctpPacket here = sctp(host(number), 1, "10.9.9.9", 2).tag(6).chunk(SctpPacket.HEARTBEAT);
        scenario.send(here);
        scenario.send(sctp("10.9.9.9", 2, host(number), 1).tag(7).chunk(SctpPacket.HEARTBEAT_ACK));
        if (shutDown) {
            scenario.send(sctp(host(number), 1, "10.9.9.9", 2).tag(6).chunk(SctpPacket.SHUTDOWN));
        }
    }
}
