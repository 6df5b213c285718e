package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.Seen;
import org.conntwin.tracker.userspace.expect.ExpectationChanges;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;

/** What clients behind translation announce by other protocols than FTP. The kernel is compared with elsewhere. */
final class TranslatedHelpersTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String SERVER = "10.0.9.9";
    private static final String GATE = "10.0.200.100";

    private final Scenario scenario = new Scenario(TrackerSettings.LINUX
            .withNat(List.of(Rules.source("10.0.1.0/24", GATE)))
            .withHelpers(List.of(
                    new HelperRule("irc", 6, 6667), new HelperRule("sip", 17, 5060), new HelperRule("tftp", 17, 69))));

    @Test
    void anIrcOfferNamesTheTranslatedAddress() {
        open(6667);
        String offer = "PRIVMSG you :\1DCC SEND file 167772418 5000\1\n";

        scenario.send(tcp(CLIENT, 4000, SERVER, 6667).flags("A").seq(1).ack(12).payload(offer));

        assertThat(said(40)).isEqualTo("PRIVMSG you :\1DCC SEND file 167823460 5000\1\n");
        assertThat(scenario.translated(
                        tcp("10.0.8.8", 3333, GATE, 5000).flags("S").seq(1)))
                .isEqualTo("10.0.9.9:3333 > 10.0.1.2:5000");
    }

    @Test
    void aTftpServersAnswerReachesTheClient() {
        scenario.send(udp(CLIENT, 2000, SERVER, 69).payload("\0\1file\0octet\0"));

        assertThat(scenario.translated(udp(SERVER, 3000, GATE, 2000).payload(4)))
                .isEqualTo("10.0.9.9:3000 > 10.0.1.2:2000");
    }

    @Test
    void anInvitationNamesTheTranslatedAddressAndItsLengthsFollow() {
        String body =
                "v=0\r\no=- 1 1 IN IP4 10.0.1.2\r\ns=-\r\nc=IN IP4 10.0.1.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
        String head = "INVITE sip:bob@10.0.9.9 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.1.2:5060\r\n"
                + "Contact: <sip:alice@10.0.1.2:5060>\r\nCSeq: 1 INVITE\r\nContent-Length: ";

        scenario.send(udp(CLIENT, 5060, SERVER, 5060).payload(head + body.length() + "\r\n\r\n" + body));

        String translated = body.replace(CLIENT, GATE);
        String said = said(28);
        assertThat(said)
                .isEqualTo(
                        head.replace(CLIENT + ":5060", GATE + ":5060") + translated.length() + "\r\n\r\n" + translated);
        ByteBuffer left = ByteBuffer.wrap(scenario.left());
        assertThat(left.getShort(2)).isEqualTo((short) (28 + said.length()));
        assertThat(left.getShort(24)).isEqualTo((short) (8 + said.length()));
        assertThat(scenario.translated(udp(SERVER, 20_000, GATE, 4000).payload(1)))
                .isEqualTo("10.0.9.9:20000 > 10.0.1.2:4000");
    }

    @Test
    void anActivatedRegistrationIsToldAndActivatesItsCopies() {
        register("REGISTER sip:10.0.9.9 SIP/2.0", CLIENT, SERVER, CLIENT);
        List<Expectation> copies = expectations();
        assertThat(copies)
                .singleElement()
                .satisfies(one -> assertThat(one.flags() & Expectation.INACTIVE).isNotZero());
        scenario.events();

        register("SIP/2.0 200 OK", SERVER, GATE, GATE);

        assertThat(scenario.events())
                .filteredOn(line -> line.startsWith(" [UPDATE]") && line.contains("PERMANENT"))
                .hasSize(1);
        assertThat(expectations())
                .singleElement()
                .satisfies(one -> assertThat(one.flags() & Expectation.INACTIVE).isZero());
        Expectation active = expectations().getFirst();
        Scenario replica = scenario;
        ExpectationChanges changes = new ExpectationChanges(
                replica.tracker().expectations(), replica.tracker().table());
        assertThat(changes.unexpect(active, false, replica.now())).isEqualTo(Outcome.DONE);
        assertThat(changes.expect(copies.getFirst(), false, replica.now())).isEqualTo(Outcome.DONE);
        assertThat(changes.expect(active, false, replica.now())).isEqualTo(Outcome.EXISTS);
        assertThat(expectations().getFirst().flags() & Expectation.INACTIVE).isZero();
    }

    private void register(String first, String from, String to, String contact) {
        scenario.send(udp(from, 5060, to, 5060)
                .payload(first + "\r\nCSeq: 1 REGISTER\r\nContact: <sip:alice@" + contact
                        + ":5060>\r\nExpires: 60\r\n\r\n"));
    }

    private List<Expectation> expectations() {
        List<Expectation> all = new ArrayList<>();
        scenario.tracker().expectations().forEach(expected -> all.add(expected.model(scenario.now())));
        return all;
    }

    private void open(int port) {
        scenario.send(tcp(CLIENT, 4000, SERVER, port).flags("S").seq(0));
        scenario.send(tcp(SERVER, port, GATE, 4000).flags("SA").seq(11).ack(1));
        scenario.send(tcp(CLIENT, 4000, SERVER, port).flags("A").seq(1).ack(12));
        assertThat(Seen.of(scenario.left())).startsWith(GATE);
    }

    private String said(int header) {
        byte[] left = scenario.left();
        return new String(left, header, left.length - header, StandardCharsets.US_ASCII);
    }
}
