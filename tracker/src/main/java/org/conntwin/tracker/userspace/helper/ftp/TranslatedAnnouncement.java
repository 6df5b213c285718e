package org.conntwin.tracker.userspace.helper.ftp;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * An announcement in a flow that is translated: it must name the address by which the other end knows the announcer, and
 * a port that is free there; the data connection is then translated to where the announcer listens (kernel behaviour:
 * {@code nf_nat_ftp}).
 */
final class TranslatedAnnouncement {
    /** What binds the data connection as its master is bound, by the kernel's name. */
    private static final String FOLLOW_MASTER = "nat-follow-master";
    /** Ports tried, the announced one first. */
    private static final int ATTEMPTS = 129;

    private static final int HIGHEST = 65_535;

    private final RandomGenerator random;

    TranslatedAnnouncement(RandomGenerator random) {
        this.random = random;
    }

    /** Expects the data connection and rewrites the announcement. */
    Verdict pass(Inspection packet, Reading.Announcement told, Tuple data) {
        Nat nat = new Nat(
                new Tuple(data.family(), Protocol.TCP, 0, 0, 0, 0, told.port(), 0),
                packet.direction() == Flow.ORIGINAL);
        int port = told.port();
        Wanted wanted = wanted(data, port, nat);
        Outcome outcome = packet.expect(wanted);
        for (int left = Math.min(HIGHEST - told.port(), ATTEMPTS - 1); outcome == Outcome.BUSY && left > 0; left--) {
            port = told.port() + random.nextInt(HIGHEST - told.port());
            wanted = wanted(data, port, nat);
            outcome = packet.expect(wanted);
        }
        if (outcome != Outcome.DONE || port == 0) {
            return Verdict.DROP;
        }
        byte[] text = text(told.form(), data, port).getBytes(StandardCharsets.US_ASCII);
        if (!packet.replace(told.start(), told.length(), text)) {
            packet.unexpect(wanted);
            return Verdict.DROP;
        }
        return Verdict.ACCEPT;
    }

    private static Wanted wanted(Tuple data, int port, Nat nat) {
        Tuple other = new Tuple(
                data.family(),
                data.protocol(),
                data.sourceHigh(),
                data.sourceLow(),
                data.destinationHigh(),
                data.destinationLow(),
                data.sourceKey(),
                port);
        return Wanted.from(other).translated(FOLLOW_MASTER, nat);
    }

    /** The text that takes the announced one's place. */
    private static String text(Form form, Tuple data, int port) {
        boolean four = data.family() == Family.IPV4;
        return switch (form) {
            case PORT, PASV -> {
                int address = (int) (four ? data.destinationLow() : data.destinationHigh() >>> 32);
                yield Addresses.text(Family.IPV4, 0, address & 0xffff_ffffL).replace('.', ',')
                        + ','
                        + (port >>> 8)
                        + ','
                        + (port & 0xff);
            }
            case EPRT ->
                four
                        ? "|1|" + Addresses.text(Family.IPV4, 0, data.destinationLow()) + '|' + port + '|'
                        : "|2|" + ipv6(data.destinationHigh(), data.destinationLow()) + '|' + port + '|';
            case EPSV -> "|||" + port + '|';
        };
    }

    /** The long form: eight groups of four digits. */
    private static String ipv6(long high, long low) {
        StringBuilder text = new StringBuilder(39);
        for (int group = 0; group < 8; group++) {
            long half = group < 4 ? high : low;
            String digits = Long.toHexString(half >>> 48 - 16 * (group & 3) & 0xffff | 0x10000);
            text.append(group == 0 ? "" : ":").append(digits, 1, 5);
        }
        return text.toString();
    }
}
