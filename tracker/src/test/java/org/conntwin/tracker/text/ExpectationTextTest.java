package org.conntwin.tracker.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.RandomEntries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTextTest {
    private static final String FTP = "299 proto=6 src=10.77.1.2 dst=10.77.2.2 sport=0 dport=7556"
            + " mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535"
            + " master-src=10.77.1.2 master-dst=10.77.2.2 sport=58010 dport=21 ";

    @Test
    void anExpectationIsWrittenAsConntrackPrintsIt() {
        assertThat(ExpectationText.line(expectation(299, 0, 0, "ftp", Zone.DEFAULT)))
                .isEqualTo(FTP + "class=0 helper=ftp");
    }

    @Test
    void flagsAndClassAndZoneStandBehindTheMaster() {
        int all = Expectation.PERMANENT | Expectation.INACTIVE | Expectation.USERSPACE;

        assertThat(ExpectationText.line(expectation(299, 2, all, "sip", Zone.of(3, Zone.Scope.BOTH))))
                .isEqualTo(FTP + "zone=3 PERMANENT,INACTIVE,USERSPACE class=2 helper=sip");
        assertThat(ExpectationText.line(expectation(299, 0, Expectation.INACTIVE, null, Zone.DEFAULT)))
                .isEqualTo(FTP + "INACTIVE class=0");
    }

    @Test
    void anUntoldLifetimeIsWrittenAsZero() {
        assertThat(ExpectationText.line(expectation(Conntrack.UNKNOWN, 0, 0, null, Zone.DEFAULT)))
                .startsWith("0 proto=6 ");
    }

    @Test
    void whatALineCanSayComesBackFromIt() throws LineException {
        RandomEntries entries = new RandomEntries(12);
        int compared = 0;
        for (int i = 0; i < 20_000; i++) {
            Expectation any = entries.expectation();
            // A line does not tell the master's protocol: it is read as the expectation's own.
            if (any.tuple().protocol() == any.master().protocol()) {
                Expectation sayable = new Expectation(
                        any.tuple(),
                        any.mask(),
                        any.master(),
                        any.zone(),
                        any.timeoutSeconds(),
                        any.expectClass(),
                        any.flags(),
                        any.helper(),
                        null,
                        null,
                        0);
                String line = ExpectationText.line(sayable);
                compared++;

                assertThat(ExpectationParser.parse(line)).as(line).isEqualTo(sayable);
            }
        }
        assertThat(compared).isGreaterThan(5000);
    }

    @Test
    void whatADumpOfACacheAddsIsPassedOver() throws LineException {
        String line = ExpectationText.line(expectation(299, 0, 0, "ftp", Zone.DEFAULT));

        assertThat(ExpectationParser.parse(line + " [active since 12s] origin=fw1"))
                .isEqualTo(ExpectationParser.parse(line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | not an expectation",
                "proto=6 src=1.1.1.1 | not an expectation",
                "soon proto=6 | soon",
                "5 proto=300 | 300",
                "5 src=1.1.1.1 dst=2.2.2.2 | proto=",
                "5 proto=6 dst=2.2.2.2 | src=",
                "5 proto=6 src=1.1.1.1 dst=2.2.2.2 sport=0 dport=7 | mask-src=",
                "5 proto=6 ETERNAL | ETERNAL",
                "5 proto=6 class=x | x",
                "5 proto=6 clas=1 | clas=1",
                "5 proto=6 zone=65536 | 65536"
            })
    void aBadLineIsRefusedWithTheWordThatIsWrong(String line, String word) {
        assertThatThrownBy(() -> ExpectationParser.parse(line))
                .isInstanceOf(LineException.class)
                .hasMessageContaining(word);
    }

    private static Expectation expectation(int timeout, int ofClass, int flags, @Nullable String helper, Zone zone) {
        Tuple mask = tuple("255.255.255.255", "255.255.255.255", 0, 65_535);
        Tuple master = tuple("10.77.1.2", "10.77.2.2", 58_010, 21);
        Tuple expected = tuple("10.77.1.2", "10.77.2.2", 0, 7556);
        return new Expectation(expected, mask, master, zone, timeout, ofClass, flags, helper, null, null, 0);
    }

    private static Tuple tuple(String source, String destination, int sourcePort, int destinationPort) {
        int from = (int) Objects.requireNonNull(Addresses.parse(source)).low();
        int to = (int) Objects.requireNonNull(Addresses.parse(destination)).low();
        return Tuple.ipv4(Protocol.TCP, from, to, sourcePort, destinationPort);
    }
}
