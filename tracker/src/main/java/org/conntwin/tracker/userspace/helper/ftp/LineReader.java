package org.conntwin.tracker.userspace.helper.ftp;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.packet.Payload;

/**
 * Reads announcements the way the kernel's helper does, with its leniences: numbers are not checked against 255 but
 * overflow into their neighbours, only the beginning of the payload counts, case does not.
 */
final class LineReader {
    private static final int ADDRESS_NUMBERS = 4;
    private static final int NUMBERS = 6;
    private static final long WORD = 0xffff_ffffL;

    private final int[] numbers = new int[NUMBERS];
    private final Ipv6Reader ipv6 = new Ipv6Reader();
    /** Index behind what was read last. */
    private int end;

    /**
     * What a payload says.
     *
     * @param sender tuple of the packet
     */
    Reading read(Payload payload, int direction, Tuple sender) {
        for (Form form : Form.of(direction)) {
            Reading reading = read(form, payload, sender);
            if (!(reading instanceof Reading.Other)) {
                return reading;
            }
        }
        return Reading.OTHER;
    }

    private Reading read(Form form, Payload payload, Tuple sender) {
        int length = payload.length();
        for (int i = 0; i < Math.min(length, Form.BEGINNING); i++) {
            if (!form.begins(i, payload.at(i))) {
                return Reading.OTHER;
            }
        }
        int at = Form.BEGINNING;
        if (form.opening != 0) {
            while (at < length && payload.at(at) != form.opening) {
                at++;
            }
            at++;
        }
        return at >= length
                ? Reading.CUT
                : switch (form) {
                    case PORT -> plain(form, payload, at, '\r', sender);
                    case PASV -> plain(form, payload, firstDigit(payload, at), -1, sender);
                    case EPRT -> extended(payload, at, sender);
                    case EPSV -> portAlone(payload, at, sender);
                };
    }

    private static int firstDigit(Payload payload, int from) {
        int at = from;
        while (at < payload.length() && !digit(payload.at(at))) {
            at++;
        }
        return at;
    }

    /** {@code h1,h2,h3,h4,p1,p2} and a terminator; -1 for any. */
    private Reading plain(Form form, Payload payload, int start, int terminator, Tuple sender) {
        if (!numbers(payload, start, NUMBERS, ',', terminator)) {
            return Reading.CUT;
        }
        int port = (numbers[4] << 8 | numbers[5]) & 0xffff;
        // In an IPv6 flow it takes the place of the first four bytes of the sender's address.
        boolean four = sender.family() == Family.IPV4;
        long high = four ? 0 : address() << 32 | sender.sourceHigh() & WORD;
        long low = four ? address() : sender.sourceLow();
        return new Reading.Announcement(form, high, low, port, start, end - start);
    }

    /** {@code |1|10.0.0.1|5282|} or {@code |2|fe80::1|5282|}, with any printable delimiter but a digit. */
    private Reading extended(Payload payload, int start, Tuple sender) {
        boolean four = sender.family() == Family.IPV4;
        if (payload.length() - start <= 3) {
            return Reading.CUT;
        }
        int delimiter = payload.at(start);
        if (!delimits(delimiter) || payload.at(start + 2) != delimiter || payload.at(start + 1) != (four ? '1' : '2')) {
            return Reading.CUT;
        }
        long high = 0;
        long low;
        if (four) {
            if (!numbers(payload, start + 3, ADDRESS_NUMBERS, '.', delimiter)) {
                return Reading.CUT;
            }
            low = address();
        } else {
            end = ipv6.read(payload, start + 3, delimiter);
            if (end < 0) {
                return Reading.CUT;
            }
            high = ipv6.high();
            low = ipv6.low();
        }
        int port = port(payload, end + 1, delimiter);
        return port == 0 ? Reading.CUT : new Reading.Announcement(Form.EPRT, high, low, port, start, end - start);
    }

    /** {@code |||5282|}; the address is the sender's. */
    private Reading portAlone(Payload payload, int start, Tuple sender) {
        if (payload.length() - start <= 3) {
            return Reading.CUT;
        }
        int delimiter = payload.at(start);
        if (!delimits(delimiter) || payload.at(start + 1) != delimiter || payload.at(start + 2) != delimiter) {
            return Reading.CUT;
        }
        int port = port(payload, start + 3, delimiter);
        return port == 0
                ? Reading.CUT
                : new Reading.Announcement(
                        Form.EPSV, sender.sourceHigh(), sender.sourceLow(), port, start, end - start);
    }

    /** Reads {@code count} numbers, empty ones as 0; whether the terminator came right behind the last of them. */
    private boolean numbers(Payload payload, int start, int count, int separator, int terminator) {
        int index = 0;
        numbers[0] = 0;
        for (int at = start; at < payload.length() && index < count; at++) {
            int letter = payload.at(at);
            if (digit(letter)) {
                numbers[index] = numbers[index] * 10 + letter - '0';
            } else if (letter == separator) {
                index++;
                if (index < count) {
                    numbers[index] = 0;
                }
            } else {
                end = at;
                return index == count - 1 && (terminator < 0 || letter == terminator);
            }
        }
        return false;
    }

    private long address() {
        return (numbers[0] << 24 | numbers[1] << 16 | numbers[2] << 8 | numbers[3]) & WORD;
    }

    /** The port up to the delimiter, modulo 2^16; 0 for none. What is read ends behind the delimiter. */
    private int port(Payload payload, int start, int delimiter) {
        int port = 0;
        for (int at = start; at < payload.length(); at++) {
            int letter = payload.at(at);
            if (letter == delimiter) {
                end = at + 1;
                return port;
            }
            if (!digit(letter)) {
                return 0;
            }
            port = port * 10 + letter - '0' & 0xffff;
        }
        return 0;
    }

    private static boolean delimits(int letter) {
        return !digit(letter) && letter > ' ' && letter <= '~';
    }

    private static boolean digit(int letter) {
        return letter >= '0' && letter <= '9';
    }
}
