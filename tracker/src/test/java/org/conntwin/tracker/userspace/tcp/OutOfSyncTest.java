package org.conntwin.tracker.userspace.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;

/** A new connection on an entry in another state, as after a failover: section by section what the kernel does. */
final class OutOfSyncTest {
    private static final String CLIENT = "192.168.2.101";
    private static final String SERVER = "192.168.2.2";
    private static final String FORTH = "ACCEPT ESTABLISHED original";
    private static final String BACK = "ACCEPT ESTABLISHED reply";

    private Scenario scenario = new Scenario();
    private int port = 33_221;

    @Test
    void connectionsOverAFullTableOfWrongEntriesNeedNoRetransmission() throws LineException {
        for (port = 1024; port <= 65_535; port++) {
            load();
        }
        assertThat(scenario.tracker().table().count()).isEqualTo(64_512);
        for (port = 1024; port <= 65_535; port += 1000) {
            fetchAPage();
            assertThat(scenario.events())
                    .containsExactly(
                            update("60 SYN_RECV"),
                            update("432000 ESTABLISHED"),
                            update("120 FIN_WAIT"),
                            update("30 LAST_ACK"),
                            update("120 TIME_WAIT"));
        }
        assertThat(scenario.tracker().counters().invalid).isZero();
        assertThat(scenario.tracker().counters().dropped).isZero();
        assertThat(scenario.tracker().table().count()).isEqualTo(64_512);
    }

    @Test
    void theOlderBehaviourDestroysTheEntryAndDropsTheAnswer() throws LineException {
        scenario = new Scenario(destroying());
        load();
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo(FORTH);
        assertThat(scenario.send(back("SA", 500, 90_001))).isEqualTo("DROP ESTABLISHED reply");
        assertThat(scenario.events()).singleElement().asString().startsWith("[DESTROY] tcp      6 ESTABLISHED ");
        scenario.after(1);
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(back("SA", 500, 90_001))).isEqualTo(BACK);
    }

    @Test
    void aChallengeAndAResetReopenWithANewEntry() {
        establish();
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo(FORTH);
        assertThat(scenario.send(back("A", 5001, 1001))).isEqualTo(BACK);
        assertThat(scenario.send(forth("R", 1001, 0))).isEqualTo(FORTH);
        assertThat(scenario.events()).containsExactly(update("10 CLOSE"));
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.events())
                .satisfiesExactly(
                        gone -> assertThat(gone).startsWith("[DESTROY] tcp      6 CLOSE "),
                        begun -> assertThat(begun).startsWith("    [NEW] tcp      6 120 SYN_SENT "));
    }

    @Test
    void aServerThatRefusesClosesTheEntryAndTheNextAnswerReopensIt() {
        establish();
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo(FORTH);
        assertThat(scenario.send(back("RA", 0, 90_001))).isEqualTo(BACK);
        assertThat(scenario.events()).containsExactly(update("10 CLOSE"));
        int id = onlyId();
        assertThat(scenario.send(forth("S", 95_000, 0))).isEqualTo(FORTH);
        assertThat(scenario.send(back("SA", 7000, 95_001))).isEqualTo(BACK);
        assertThat(scenario.events()).containsExactly(update("60 SYN_RECV"));
        assertThat(onlyId()).isEqualTo(id);
    }

    @Test
    void anAnswerToSomethingElseChangesNothing() {
        establish();
        assertThat(scenario.send(forth("S", 90_000, 0))).isEqualTo(FORTH);
        assertThat(scenario.send(back("SA", 7000, 12_345))).isEqualTo(BACK);
        assertThat(scenario.send(forth("A", 90_001, 7001))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.events()).isEmpty();
        assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ");
    }

    @Test
    void aSynFromTheServerIsInvalid() {
        establish();
        assertThat(scenario.send(back("S", 90_000, 0))).isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void theEntryKeepsItsMarkAndHelper() throws LineException {
        assertThat(new FlowChanges(scenario.tracker(), false)
                        .insert(EntryParser.parse(entry() + " mark=7 helper=ftp"), false, scenario.now()))
                .isEqualTo(Outcome.DONE);
        fetchAPage();
        assertThat(scenario.events())
                .hasSize(5)
                .allSatisfy(event -> assertThat(event).contains("mark=7", "helper=ftp"));
    }

    private void establish() {
        assertThat(scenario.send(forth("S", 1000, 0))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(back("SA", 5000, 1001))).isEqualTo(BACK);
        assertThat(scenario.send(forth("A", 1001, 5001))).isEqualTo(FORTH);
        scenario.events();
    }

    /** The connection of the commit that brought the recovery, packet for packet. */
    private void fetchAPage() {
        List<TcpPacket> connection = List.of(
                forth("S", 435_402_517L, 0)
                        .window(5840)
                        .mss(1460)
                        .sackPermitted()
                        .windowScale(6),
                back("SA", 3_509_927_945L, 435_402_518L)
                        .window(5792)
                        .mss(1460)
                        .sackPermitted()
                        .windowScale(4),
                forth("A", 435_402_518L, 3_509_927_946L).window(92),
                forth("PA", 435_402_518L, 3_509_927_946L).window(92).payload(6),
                back("A", 3_509_927_946L, 435_402_524L).window(362),
                back("PA", 3_509_927_946L, 435_402_524L).window(362).payload(136),
                forth("A", 435_402_524L, 3_509_928_082L).window(108),
                back("FA", 3_509_928_082L, 435_402_524L).window(362),
                forth("FA", 435_402_524L, 3_509_928_083L).window(108),
                back("A", 3_509_928_083L, 435_402_525L).window(362));
        for (TcpPacket packet : connection) {
            assertThat(scenario.send(packet)).isIn(FORTH, BACK);
        }
    }

    private void load() throws LineException {
        assertThat(new FlowChanges(scenario.tracker(), false).insert(EntryParser.parse(entry()), false, scenario.now()))
                .isEqualTo(Outcome.DONE);
    }

    private String entry() {
        return "tcp      6 800 ESTABLISHED src=" + CLIENT + " dst=" + SERVER + " sport=" + port + " dport=80 src="
                + SERVER + " dst=" + CLIENT + " sport=80 dport=" + port + " [ASSURED]";
    }

    private String update(String state) {
        return " [UPDATE] tcp      6 " + state + " src=" + CLIENT + " dst=" + SERVER + " sport=" + port
                + " dport=80 src=" + SERVER + " dst=" + CLIENT + " sport=80 dport=" + port + " [ASSURED]";
    }

    private TcpPacket forth(String flags, long sequence, long acknowledgment) {
        return Packets.tcp(CLIENT, port, SERVER, 80)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(1000);
    }

    private TcpPacket back(String flags, long sequence, long acknowledgment) {
        return Packets.tcp(SERVER, 80, CLIENT, port)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(1000);
    }

    private int onlyId() {
        int[] id = new int[1];
        for (int bucket = 0; bucket < scenario.tracker().table().buckets(); bucket++) {
            scenario.tracker().table().visit(bucket, flow -> id[0] = flow.id());
        }
        return id[0];
    }

    private static TrackerSettings destroying() {
        return TrackerSettings.LINUX.withTcp(new TcpSettings(true, false, 3, false, 300, 300, true));
    }
}
