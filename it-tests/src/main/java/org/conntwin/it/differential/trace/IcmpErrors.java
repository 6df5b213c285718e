package org.conntwin.it.differential.trace;

import java.util.Arrays;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Checksum;
import org.conntwin.it.wire.Ends;
import org.conntwin.it.wire.Icmp;
import org.conntwin.it.wire.Ip;
import org.conntwin.tracker.model.Family;

/** ICMP and ICMPv6 errors about packets that were sent, or that never were. */
final class IcmpErrors {
    private IcmpErrors() {}

    /** Sends an error about one of the trace's packets so far. */
    static void error(TraceBuilder trace, Dice dice) {
        if (trace.size() == 0) {
            return;
        }
        byte[] about = trace.packet(dice.between(0, trace.size() - 1));
        Ends ends = trace.ends();
        boolean four = ends.family() == Family.IPV4;
        boolean fromClient = four ? (about[13] & 0xc0) == 0x40 : about[9] == 0x64;
        // To whoever sent that packet, in the rare case to the other one.
        boolean toServer = fromClient == dice.percent(6);
        if (dice.percent(12)) {
            change(dice, about, four);
        }
        int header = four ? 20 : 40;
        byte[] quoted = dice.percent(75)
                ? Bytes.cut(about, header + dice.of(8, 8, 20, 40))
                : Bytes.cut(about, dice.between(0, header + 12));
        boolean wrongSum = dice.percent(4);
        Ends talkers = toServer ? ends.swapped() : ends;
        boolean stranger = dice.percent(35);
        if (stranger) {
            talkers = talkers.withStranger();
        }
        int type = four ? type4(dice) : type6(dice);
        int rest = type == 5 ? dice.any() : dice.of(0, 1_280, dice.any());
        byte[] message = Icmp.message(talkers, true, type, dice.between(0, 5), rest, quoted, wrongSum);
        if (dice.percent(4)) {
            message = Bytes.cut(message, dice.between(0, 12));
        }
        trace.send(Ip.packet(talkers, true, ends.icmp(), message));
    }

    private static int type4(Dice dice) {
        return dice.percent(90) ? dice.of(3, 3, 3, 4, 5, 11, 11, 12) : dice.of(0, 6, 7, 9, 10, 18, 19, 40);
    }

    private static int type6(Dice dice) {
        return dice.percent(90) ? dice.of(1, 1, 2, 3, 4) : dice.of(0, 5, 100, 127, 137, 138, 200);
    }

    /** Makes the quoted packet another one. */
    private static void change(Dice dice, byte[] about, boolean four) {
        int header = four ? 20 : 40;
        switch (dice.between(0, 6)) {
            case 0 -> about[four ? 9 : 6] = (byte) dice.of(1, 6, 17, 47, 58, 99, 132, 136, dice.between(0, 255));
            case 1 -> flip(dice, about, header, header + 8);
            case 2 -> flip(dice, about, four ? 12 : 8, header);
            case 3 -> {
                // The packet as its answer would be.
                int length = four ? 4 : 16;
                int at = four ? 12 : 8;
                byte[] source = Arrays.copyOfRange(about, at, at + length);
                System.arraycopy(about, at + length, about, at, length);
                System.arraycopy(source, 0, about, at + length, length);
            }
            case 4 -> flip(dice, about, 0, header);
            case 5 -> {
                if (four) {
                    Bytes.put16(about, 6, dice.of(0x2000, 1, 100, 0x4000));
                }
            }
            default -> {
                if (four) {
                    about[0] = (byte) (0x40 | dice.between(0, 15));
                    Bytes.put16(about, 10, 0);
                    Bytes.put16(about, 10, Checksum.plain(about, 0, 20));
                }
            }
        }
    }

    private static void flip(Dice dice, byte[] bytes, int from, int to) {
        int at = dice.between(from, to - 1);
        if (at < bytes.length) {
            bytes[at] ^= (byte) (1 << dice.between(0, 7));
        }
    }
}
