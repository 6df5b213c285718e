package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.helper.PayloadText;

/** Reads literal addresses, ended by anything that cannot go on with one. Reused; not thread-safe. */
final class AddressReader {
    private static final int PARTS = 4;
    private static final int LONGEST_IPV6 = 45;

    private final PayloadText text;
    private long high;
    private long low;
    private int end;

    AddressReader(PayloadText text) {
        this.text = text;
    }

    /** Upper half of what was read last, as in a tuple. */
    long high() {
        return high;
    }

    /** Lower half of it. */
    long low() {
        return low;
    }

    /** Index behind it. */
    int end() {
        return end;
    }

    /**
     * Reads an address of this family.
     *
     * @param limit index behind the last byte that may be read
     * @param bracketed whether one of IPv6 stands in brackets
     * @return false when there is none
     */
    boolean read(Family family, int from, int limit, boolean bracketed) {
        return family == Family.IPV4 ? ipv4(from, limit) : ipv6(from, limit, bracketed);
    }

    private boolean ipv4(int from, int limit) {
        high = 0;
        low = 0;
        int part = 0;
        int parts = 0;
        int digits = 0;
        for (int at = from; ; at++) {
            int letter = at < limit ? text.at(at) : 0;
            if (PayloadText.digit(letter)) {
                part = part * 10 + letter - '0';
                digits++;
                if (part > 255) {
                    return false;
                }
                continue;
            }
            if (digits == 0 || hexLetter(letter)) {
                return false;
            }
            low = low << 8 | part;
            part = 0;
            digits = 0;
            parts++;
            if (letter != '.') {
                end = at;
                return parts == PARTS;
            }
            if (parts == PARTS) {
                return false;
            }
        }
    }

    private boolean ipv6(int from, int limit, boolean bracketed) {
        int at = from;
        if (at < limit && text.at(at) == '[') {
            at++;
        } else if (bracketed) {
            return false;
        }
        StringBuilder literal = new StringBuilder(LONGEST_IPV6);
        while (at < limit && literal.length() < LONGEST_IPV6 && inIpv6(text.at(at))) {
            literal.append((char) text.at(at++));
        }
        Addresses.Parsed parsed = Addresses.parse(literal.toString());
        if (parsed == null || parsed.family() != Family.IPV6) {
            return false;
        }
        if (at < limit && text.at(at) == ']') {
            at++;
        } else if (bracketed) {
            return false;
        }
        high = parsed.high();
        low = parsed.low();
        end = at;
        return true;
    }

    private static boolean inIpv6(int letter) {
        return PayloadText.digit(letter) || hexLetter(letter) || letter == ':' || letter == '.';
    }

    private static boolean hexLetter(int letter) {
        return letter >= 'a' && letter <= 'f' || letter >= 'A' && letter <= 'F';
    }
}
