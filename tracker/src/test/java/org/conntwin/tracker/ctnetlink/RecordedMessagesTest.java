package org.conntwin.tracker.ctnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Namespace;
import org.conntwin.tracker.testing.Needs;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.ExpectationText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads what a real kernel sent. The stored messages were recorded from Linux 6.18; {@code -Dconntwin.record=FILE}
 * writes those of the machine that runs the test to a file.
 */
class RecordedMessagesTest {
    private static final String STORED = "linux-6.18.txt";
    private static final Pattern LIFETIME = Pattern.compile("^(\\w+ \\d+ )(\\d+) ");
    private static final Pattern EXPECTED_LIFETIME = Pattern.compile("^()(\\d+) ");

    private static final int LATEST_SECONDS = 5;

    private final UnknownAttributes unknown = new UnknownAttributes();

    static List<RecordedMessage> stored() throws IOException {
        try (InputStream file = Objects.requireNonNull(RecordedMessagesTest.class.getResourceAsStream(STORED))) {
            return RecordedMessage.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aRecordedMessageIsReadAsConntrackPrintedIt(RecordedMessage message) {
        assertReadAsPrinted(message);
    }

    @Test
    void whatTheKernelOfThisMachineSaysIsReadAsConntrackPrintsIt() throws IOException {
        Needs.met(Commands.run("conntrack", "--version").code() == 0, "needs conntrack: install conntrack");
        Needs.met(Commands.run("nft", "--version").code() == 0, "needs nft: install nftables");
        Path file = Files.createTempFile("recorded", ".txt");
        try (Namespace namespace = Namespace.create()) {
            Commands.Result result = namespace.java(RecordMessages.class, file.toString());
            assertThat(result.code()).as(result.output()).isZero();
            String text = Files.readString(file);
            String keep = System.getProperty("conntwin.record", "");
            if (!keep.isEmpty()) {
                Files.writeString(Path.of(keep), text);
            }
            List<RecordedMessage> messages = RecordedMessage.parse(text);
            assertThat(messages).hasSizeGreaterThan(60);
            messages.forEach(this::assertReadAsPrinted);
        } finally {
            Files.delete(file);
        }
    }

    private void assertReadAsPrinted(RecordedMessage message) {
        String line = message.isExpectation()
                ? ExpectationText.line(message.expectation(unknown))
                : EntryText.line(message.conntrack(unknown));
        String ours = plain(line);
        String printed = plain(message.line());
        Pattern pattern = message.isExpectation() ? EXPECTED_LIFETIME : LIFETIME;
        Matcher our = pattern.matcher(ours);
        Matcher theirs = pattern.matcher(printed);
        assertThat(our.find()).as(ours).isTrue();
        if (theirs.find()) {
            // Printed a moment after the message was recorded.
            assertThat(Integer.parseInt(our.group(2)) - Integer.parseInt(theirs.group(2)))
                    .as(message.name())
                    .isBetween(0, LATEST_SECONDS);
            printed = theirs.replaceFirst("$1");
        }
        ours = our.replaceFirst("$1");
        assertThat(ours).as(message.name()).isEqualTo(printed);
        assertThat(unknown.total()).as(message.name()).isZero();
    }

    /** Without what only one of both prints. */
    private static String plain(String line) {
        return line.replaceAll("^ *\\[(NEW|UPDATE|DESTROY)\\]", "")
                .replaceAll("\\[(start|stop)=[^\\]]*\\]", "")
                .replaceAll("\\b(packets|bytes|use|delta-time|labels)=[\\d,]+", "")
                .replaceAll("\\bmark=0\\b", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    @Test
    void theStoredMessagesCoverEveryKind() throws IOException {
        Stream<Conntrack> dumps = stored().stream()
                .filter(message -> message.name().endsWith(".dump") && !message.isExpectation())
                .map(message -> message.conntrack(unknown));

        assertThat(dumps.map(entry -> entry.original().protocol()).distinct())
                .contains(
                        Protocol.TCP,
                        Protocol.UDP,
                        Protocol.ICMP,
                        Protocol.ICMPV6,
                        Protocol.SCTP,
                        Protocol.GRE,
                        Protocol.UDPLITE,
                        99);
    }

    @Test
    void zonesAreReadWithTheirScope() throws IOException {
        assertThat(conntrack("zone-both.dump").zone()).isEqualTo(Zone.of(3, Zone.Scope.BOTH));
        assertThat(conntrack("zone-original.dump").zone()).isEqualTo(Zone.of(4, Zone.Scope.ORIGINAL));
        assertThat(conntrack("zone-reply.dump").zone()).isEqualTo(Zone.of(5, Zone.Scope.REPLY));
        assertThat(conntrack("zone-reply.event0").zone()).isEqualTo(Zone.of(5, Zone.Scope.REPLY));
        assertThat(conntrack("tcp4.dump").zone()).isEqualTo(Zone.DEFAULT);
    }

    @Test
    void translationLabelsAdjustmentsAndSynProxyAreRead() throws IOException {
        assertThat(conntrack("source-nat.dump").status() & (Status.SRC_NAT | Status.DST_NAT))
                .isEqualTo(Status.SRC_NAT);
        assertThat(conntrack("both-nat.dump").status() & (Status.SRC_NAT | Status.DST_NAT))
                .isEqualTo(Status.SRC_NAT | Status.DST_NAT);
        assertThat(conntrack("traffic-nat.dump").has(Status.DST_NAT)).isTrue();
        assertThat(conntrack("labelled.dump").labels()).isEqualTo(RecordMessages.LABELS);
        Conntrack adjusted = conntrack("adjusted.dump");
        assertThat(adjusted.originalAdjustment()).isEqualTo(RecordMessages.ADJUSTMENT);
        assertThat(adjusted.replyAdjustment()).isEqualTo(new SequenceAdjustment(1, -1, 2));
        assertThat(adjusted.synProxy()).isEqualTo(RecordMessages.OFFSETS);
        assertThat(adjusted.state()).isEqualTo(new TcpState(TcpState.ESTABLISHED, 7, 9, 0x0b, 0x2b));
    }

    @Test
    void trafficIsCountedAndTimed() throws IOException {
        Conntrack alive = conntrack("traffic-tcp4.dump");
        Accounting counted = Objects.requireNonNull(alive.accounting());
        assertThat(counted.originalPackets()).isBetween(3L, 12L);
        assertThat(counted.replyBytes()).isBetween(120L, 2000L);
        Timestamps timed = Objects.requireNonNull(alive.timestamps());
        assertThat(timed.startNanos()).isGreaterThan(1_700_000_000_000_000_000L);
        assertThat(timed.stopNanos()).isZero();

        Conntrack gone = last("traffic-tcp4");
        assertThat(gone.has(Status.DYING)).isTrue();
        assertThat(gone.accounting()).isEqualTo(counted);
        assertThat(Objects.requireNonNull(gone.timestamps()).stopNanos()).isGreaterThan(timed.startNanos());
    }

    @Test
    void aRelatedEntryNamesItsMaster() throws IOException {
        Tuple master = conntrack("master.dump").original();

        assertThat(conntrack("related.dump").master()).isEqualTo(master);
        assertThat(conntrack("related.event0").master()).isEqualTo(master);
        assertThat(conntrack("related.dump").has(Status.EXPECTED)).isTrue();
    }

    @Test
    void anExpectationTellsMasterFunctionAndTranslation() throws IOException {
        Expectation expectation = message("expected-nat.dump").expectation(unknown);

        assertThat(expectation.master()).isEqualTo(conntrack("master.dump").original());
        assertThat(expectation.flags()).isEqualTo(Expectation.INACTIVE);
        assertThat(expectation.function()).isEqualTo("nat-follow-master");
        assertThat(expectation.nat()).isNotNull().satisfies(nat -> {
            assertThat(nat.replyDirection()).isTrue();
            assertThat(nat.tuple().sourceLow()).isEqualTo(0x0a00_0001);
            assertThat(nat.tuple().sourceKey()).isEqualTo(1234);
        });
        assertThat(message("expected.dump").expectation(unknown).flags()).isEqualTo(Expectation.PERMANENT);
    }

    @Test
    void anUpdateAfterANewEventGivesWhatTheDumpShows() throws IOException {
        for (String kind : List.of("tcp4", "sctp", "helper", "adjusted", "source-nat", "zone-reply")) {
            Conntrack updated = conntrack(kind + ".event0").updatedBy(conntrack(kind + ".event1"));
            Conntrack dumped = conntrack(kind + ".dump");

            assertThat(untimed(updated)).as(kind).isEqualTo(untimed(dumped));
            assertThat(updated.status()).as(kind).isEqualTo(dumped.status());
            assertThat(updated.state()).as(kind).isEqualTo(dumped.state());
            assertThat(updated.originalAdjustment()).as(kind).isEqualTo(dumped.originalAdjustment());
            assertThat(updated.id()).as(kind).isEqualTo(dumped.id());
        }
    }

    private static String untimed(Conntrack entry) {
        return LIFETIME.matcher(plain(EntryText.line(entry))).replaceFirst("$1");
    }

    private Conntrack conntrack(String name) throws IOException {
        return message(name).conntrack(unknown);
    }

    private Conntrack last(String kind) throws IOException {
        return stored().stream()
                .filter(message -> message.name().startsWith(kind + ".event"))
                .reduce((former, latter) -> latter)
                .orElseThrow()
                .conntrack(unknown);
    }

    private static RecordedMessage message(String name) throws IOException {
        return stored().stream()
                .filter(message -> message.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
