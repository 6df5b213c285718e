package org.conntwin.tracker.userspace.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;

/** What becomes of flows as their table fills up: how long they live, which goes first. */
class FillingTableTest {
    private static final int LIMIT = 100;
    private static final String SERVER = "10.9.9.9";

    private Scenario scenario = new Scenario(
            TrackerSettings.LINUX.withMaxEntries(LIMIT).withOverload(new OverloadSettings(true, 0.5, 1.0, 300, false)));

    private static String host(int number) {
        return "10.1." + (number >> 8) + "." + (number & 0xff);
    }

    private static TcpPacket fromClient(int number) {
        return tcp(host(number), 1000, SERVER, 80);
    }

    private void establish(int number) {
        scenario.send(fromClient(number).flags("S").seq(1));
        scenario.send(fromClient(number).reversed().flags("SA").seq(100).ack(2));
        scenario.send(fromClient(number).flags("A").seq(2).ack(101));
    }

    private Flow flow(int number) {
        Flow flow = scenario.tracker().table().find(tuple(number), 0);
        if (flow == null) {
            throw new AssertionError("no flow of " + host(number));
        }
        return flow;
    }

    private boolean there(int number) {
        return scenario.tracker().table().find(tuple(number), 0) != null;
    }

    private static Tuple tuple(int number) {
        return Tuple.ipv4(6, 0x0a01_0000 + number, 0x0a09_0909, 1000, 80);
    }

    private int secondsLeft(int number) {
        return flow(number).secondsLeft(scenario.now());
    }

    private OverloadCounters counters() {
        return scenario.tracker().overload().counters();
    }

    /** Sends first packets until one finds room, as each search looks at a part of the table; whether one did. */
    private boolean oneMore() {
        for (int i = 0; i < 8; i++) {
            if (scenario.send(any(99, "10.2.2.2", SERVER)).startsWith("ACCEPT")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void lifetimesAreTheKernelsUpToTheStart() {
        for (int i = 0; i < 50; i++) {
            scenario.send(fromClient(i).flags("S").seq(1));
        }

        assertThat(secondsLeft(49)).isEqualTo(120);
        assertThat(counters().lifetimesShrunk).isZero();
    }

    @Test
    void halfOpenConnectionsLiveShorterTheFullerTheTableIs() {
        for (int i = 0; i < 98; i++) {
            scenario.send(fromClient(i).flags("S").seq(1));
        }

        // With 75 others half of the way from 50 to 100 is gone, with 90 a fifth is left.
        assertThat(secondsLeft(50)).isEqualTo(120);
        assertThat(secondsLeft(75)).isEqualTo(60);
        assertThat(secondsLeft(90)).isEqualTo(24);
        // Two tries of a handshake are always left.
        scenario.send(fromClient(98).flags("S").seq(1));
        scenario.send(fromClient(99).flags("S").seq(1));
        assertThat(secondsLeft(99)).isEqualTo(3);
        assertThat(counters().lifetimesShrunk).isEqualTo(49);
    }

    @Test
    void assuredFlowsKeepTheSoftTimeoutAtLeast() {
        for (int i = 0; i < 75; i++) {
            establish(i);
        }
        assertThat(secondsLeft(74)).isEqualTo((int) (432_000 * 0.5));
        for (int i = 75; i < LIMIT; i++) {
            establish(i);
        }
        assertThat(secondsLeft(99)).isEqualTo(300);

        scenario.send(fromClient(99).flags("FA").seq(2).ack(101));
        assertThat(secondsLeft(99)).isEqualTo(3);
    }

    @Test
    void anAssuredFlowWithAShorterLifetimeKeepsIt() {
        for (int i = 0; i < 99; i++) {
            establish(i);
        }
        scenario.send(udp("10.3.3.3", 1, SERVER, 53));
        scenario.send(udp(SERVER, 53, "10.3.3.3", 1));
        scenario.after(2.1).send(udp("10.3.3.3", 1, SERVER, 53));

        assertThat(scenario.table())
                .filteredOn(line -> line.startsWith("udp"))
                .singleElement()
                .asString()
                .startsWith("udp      17 120 ")
                .contains("[ASSURED]");
    }

    @Test
    void aLifetimeGrowsAgainOnceThereIsRoom() {
        for (int i = 0; i < 90; i++) {
            scenario.send(fromClient(i).flags("S").seq(1));
        }
        establish(90);
        assertThat(secondsLeft(90)).isEqualTo((int) (432_000 * 0.18));

        scenario.after(130).send(fromClient(90).flags("A").seq(2).ack(101));

        assertThat(scenario.tracker().table().count()).isOne();
        assertThat(secondsLeft(90)).isEqualTo(432_000);
    }

    @Test
    void theLeastMakesRoomFirst() {
        // Small enough for one search to see all of it.
        scenario = new Scenario(
                TrackerSettings.LINUX.withMaxEntries(30).withOverload(OverloadSettings.KERNEL.withSoftSeconds(300)));
        for (int i = 0; i < 26; i++) {
            establish(i);
        }
        scenario.after(400);
        for (int i = 2; i < 26; i++) {
            scenario.send(fromClient(i).flags("A").seq(2).ack(101));
        }
        // 0 is idle, 1 idle and translated; these are closing, half-open with an answer, without one.
        flow(1).status |= Status.SRC_NAT;
        establish(200);
        scenario.send(fromClient(200).flags("FA").seq(2).ack(101));
        scenario.send(fromClient(201).flags("S").seq(1));
        scenario.send(fromClient(201).reversed().flags("SA").seq(100).ack(2));
        scenario.send(fromClient(202).flags("S").seq(1));
        establish(203);
        assertThat(scenario.tracker().table().count()).isEqualTo(30);

        int[] order = {202, 201, 200, 0, 1};
        for (int i = 0; i < order.length; i++) {
            assertThat(there(order[i])).isTrue();
            establish(300 + i);
            assertThat(there(order[i])).as("flow %d", order[i]).isFalse();
        }
        assertThat(counters().evictedUnreplied).isOne();
        assertThat(counters().evictedUnassured).isOne();
        assertThat(counters().evictedClosing).isOne();
        assertThat(counters().evictedIdle).isOne();
        assertThat(counters().evictedIdleTranslated).isOne();
        assertThat(oneMore()).isFalse();
    }

    @Test
    void nothingThatWasUsedLatelyMakesRoom() {
        for (int i = 0; i < LIMIT; i++) {
            establish(i);
        }
        scenario.after(299);

        assertThat(oneMore()).isFalse();
        assertThat(scenario.tracker().counters().tableFull).isEqualTo(8);
        scenario.after(3);
        assertThat(oneMore()).isTrue();
    }

    @Test
    void afterARoundInVainTheSearchRestsAndThenFindsWhatMayGo() {
        for (int i = 0; i < LIMIT; i++) {
            establish(i);
        }
        assertThat(oneMore()).isFalse();
        scenario.send(fromClient(7).flags("FA").seq(2).ack(101));

        scenario.after(0.3);

        assertThat(oneMore()).isTrue();
        assertThat(there(7)).isFalse();
    }

    @Test
    void aLifetimeThatAHelperSetsShrinksToo() {
        scenario = new Scenario(TrackerSettings.LINUX
                .withMaxEntries(LIMIT)
                .withHelpers(List.of(new TrackerSettings.HelperRule("amanda", Protocol.UDP, 10080)))
                .withOverload(new OverloadSettings(true, 0.5, 1.0, 300, false)));
        for (int i = 0; i < 79; i++) {
            scenario.send(fromClient(i).flags("S").seq(1));
        }
        scenario.send(udp(host(200), 1000, SERVER, 10080));
        scenario.send(udp(SERVER, 10080, host(200), 1000).payload("hello"));

        Flow asked = scenario.tracker().table().find(Tuple.ipv4(17, 0x0a01_0000 + 200, 0x0a09_0909, 1000, 10080), 0);
        assertThat(Objects.requireNonNull(asked).secondsLeft(scenario.now())).isEqualTo(300 * 20 / 50);
    }
}
