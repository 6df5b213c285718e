package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.userspace.helper.PayloadText;

/** A message's letters and lines, within its bounds in the payload. Nothing outside of them is seen. */
abstract class MessageLines {
    static final int NOWHERE = -1;

    final PayloadText text;
    int start;
    int limit;

    MessageLines(PayloadText text) {
        this.text = text;
    }

    /** Turns to the message from {@code newStart} to before {@code newLimit}. */
    final void bounds(int newStart, int newLimit) {
        start = newStart;
        limit = Math.min(newLimit, text.length());
    }

    final int start() {
        return start;
    }

    final int limit() {
        return limit;
    }

    final boolean hasAnyCase(int index, String wanted) {
        return index + wanted.length() <= limit && text.hasAnyCase(index, wanted);
    }

    final boolean has(int index, String wanted) {
        return index + wanted.length() <= limit && text.has(index, wanted);
    }

    final int letter(int index) {
        return index < limit ? text.at(index) : NOWHERE;
    }

    /** The decimal number at an index; {@link #behindNumber} is behind it. */
    final long number(int index) {
        return text.number(index, limit);
    }

    final int behindNumber() {
        return text.next();
    }

    /** Index of the first line that begins behind {@code from}; -1 for none. */
    final int lineBehind(int from) {
        for (int i = from; i < limit; i++) {
            int letter = letter(i);
            if (letter == '\r' || letter == '\n') {
                i++;
                if (letter == '\r' && letter(i) == '\n') {
                    i++;
                }
                return i < limit ? i : NOWHERE;
            }
        }
        return NOWHERE;
    }

    /** Behind blanks, and into the line that continues this one; -1 when the line or the message ends. */
    final int skipBlanks(int from) {
        int i = from;
        while (letter(i) == ' ') {
            i++;
        }
        return letter(i) == '\r' || letter(i) == '\n' ? continuation(i) : i;
    }

    /** The first letter of a line that continues the one that ends at {@code lineEnd}; -1 when none does. */
    final int continuation(int lineEnd) {
        int i = lineEnd + 1;
        if (letter(lineEnd) == '\r' && letter(i) == '\n') {
            i++;
        }
        if (letter(i) != ' ' && letter(i) != '\t') {
            return NOWHERE;
        }
        while (letter(i) == ' ' || letter(i) == '\t') {
            i++;
        }
        return i;
    }

    /** Where text, in capitals or not, stands in a field's value, its continuations too; -1 for nowhere. */
    final int inValue(int from, int end, String wanted) {
        for (int i = from; i < end - wanted.length(); i++) {
            int letter = letter(i);
            if (letter == '\r' || letter == '\n') {
                i = continuation(i);
                if (i == NOWHERE) {
                    return NOWHERE;
                }
                // The first letter of a continuation is passed over, as in the kernel.
            } else if (hasAnyCase(i, wanted)) {
                return i;
            }
        }
        return NOWHERE;
    }

    final int inLine(int from, String wanted) {
        for (int i = from; i < limit - wanted.length(); i++) {
            if (letter(i) == '\r' || letter(i) == '\n') {
                return NOWHERE;
            }
            if (has(i, wanted)) {
                return i + wanted.length();
            }
        }
        return NOWHERE;
    }

    final int digits(int from) {
        int i = from;
        while (PayloadText.digit(letter(i))) {
            i++;
        }
        return i - from;
    }

    static boolean alphabetic(int letter) {
        return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z';
    }
}
