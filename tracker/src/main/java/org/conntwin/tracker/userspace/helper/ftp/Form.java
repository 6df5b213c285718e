package org.conntwin.tracker.userspace.helper.ftp;

import java.util.List;
import org.conntwin.tracker.userspace.flow.Flow;

/** How an end announces where it listens: what the line begins with, and what comes before the address. */
enum Form {
    /** Command with address and port (RFC 959). */
    PORT("port", ' '),
    /** Command with address and port of any family (RFC 2428). */
    EPRT("eprt", ' '),
    /** Answer with address and port; the numbers begin anywhere (RFC 1123, section 4.1.2.6). */
    PASV("227 ", 0),
    /** Answer with a port alone (RFC 2428). */
    EPSV("229 ", '(');

    /** Length of the beginning of every form. */
    static final int BEGINNING = 4;

    private static final List<Form> COMMANDS = List.of(PORT, EPRT);
    private static final List<Form> ANSWERS = List.of(PASV, EPSV);

    /** Small letters; the line may be in capitals. */
    private final String beginning;
    /** Everything up to the first of these goes unread; 0 for none. */
    final int opening;

    Form(String beginning, int opening) {
        this.beginning = beginning;
        this.opening = opening;
    }

    /** The forms of one direction. */
    static List<Form> of(int direction) {
        return direction == Flow.ORIGINAL ? COMMANDS : ANSWERS;
    }

    /** Whether the line may have this byte at {@code index}, 0 to {@link #BEGINNING} - 1. */
    boolean begins(int index, int letter) {
        int small = letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
        return small == beginning.charAt(index);
    }
}
