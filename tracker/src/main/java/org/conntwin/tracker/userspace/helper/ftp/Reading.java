package org.conntwin.tracker.userspace.helper.ftp;

/** What a payload says. */
sealed interface Reading {
    /** Nothing that concerns data connections. */
    record Other() implements Reading {}

    /** An announcement begins and nobody can tell how it goes on: the packet must not pass, or it goes on unseen. */
    record Cut() implements Reading {}

    /**
     * Somebody will listen.
     *
     * @param high upper half of the address, as in a tuple
     * @param low lower half of the address
     * @param port 0 to 65535
     * @param start index in the payload of the text that tells address and port
     * @param length bytes of that text
     */
    record Announcement(Form form, long high, long low, int port, int start, int length) implements Reading {}

    Reading OTHER = new Other();
    Reading CUT = new Cut();
}
