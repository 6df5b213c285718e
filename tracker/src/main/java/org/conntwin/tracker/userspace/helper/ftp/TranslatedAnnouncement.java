package org.conntwin.tracker.userspace.helper.ftp;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
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
    private TranslatedAnnouncement() {}

    /** Expects the data connection and rewrites the announcement. */
    static Verdict pass(Inspection packet, Reading.Announcement told, Tuple data) {
        Nat nat = packet.back(0, 0, told.port(), packet.direction() == Flow.ORIGINAL);
        Wanted wanted = Wanted.from(data).translated(ExpectFunctions.FOLLOW_MASTER, nat);
        return packet.announce(wanted, told.start(), told.length(), port -> text(told.form(), data, port));
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
