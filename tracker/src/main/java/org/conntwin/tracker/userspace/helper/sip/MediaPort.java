package org.conntwin.tracker.userspace.helper.sip;

/**
 * Where a medium's port stands in a message of a translated flow.
 *
 * @param at index of its first digit
 * @param length number of digits
 */
record MediaPort(TranslatedMessage message, int at, int length) {
    /** Writes another port; whether there is room for it. */
    boolean put(int port) {
        return message.port(at, length, port);
    }
}
