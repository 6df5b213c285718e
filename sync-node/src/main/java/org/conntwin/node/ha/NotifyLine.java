package org.conntwin.node.ha;

import java.util.Optional;

/**
 * One line of keepalived's notify FIFO: {@code GROUP "EDGE" MASTER 0}. The number behind is a priority and not kept.
 *
 * @param of whether it speaks of a sync group or of one instance
 * @param name the group's or instance's
 */
record NotifyLine(Subject of, String name, State state) {
    enum Subject {
        GROUP,
        INSTANCE
    }

    enum State {
        MASTER,
        BACKUP,
        FAULT,
        STOP,
        /** Taken out of keepalived's configuration while it runs, where that asks to be told so. */
        DELETED,
        /** A master heard one of lower priority: it stays master, and makes the others' neighbours come back to it. */
        MASTER_RX_LOWER_PRI,
        /** Known and of no concern: priorities that change. */
        OTHER
    }

    private static final int LONGEST_NAME = 128;

    /** The line; empty when it is none that keepalived's VRRP part writes. */
    static Optional<NotifyLine> parse(String line) {
        int open = line.indexOf('"');
        int close = line.lastIndexOf('"');
        if (open < 2 || close <= open || close - open > LONGEST_NAME || line.charAt(open - 1) != ' ') {
            return Optional.empty();
        }
        Subject of;
        switch (line.substring(0, open - 1)) {
            case "GROUP" -> of = Subject.GROUP;
            case "INSTANCE" -> of = Subject.INSTANCE;
            default -> {
                return Optional.empty();
            }
        }
        String[] words = line.substring(close + 1).strip().split(" ", 3);
        String name = line.substring(open + 1, close);
        return switch (words[0]) {
            case "MASTER", "BACKUP", "FAULT", "STOP", "DELETED", "MASTER_RX_LOWER_PRI" ->
                Optional.of(new NotifyLine(of, name, State.valueOf(words[0])));
            case "MASTER_PRIORITY", "BACKUP_PRIORITY" -> Optional.of(new NotifyLine(of, name, State.OTHER));
            default -> Optional.empty();
        };
    }

    /** As keepalived writes it, without a priority. */
    String text() {
        return of + " \"" + name + "\" " + state;
    }
}
