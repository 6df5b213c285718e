package org.conntwin.proto;

/** What a node does in the pair, as it travels and as it is printed. */
public enum RoleName {
    BACKUP(1, "backup"),
    ACTIVE(2, "active"),
    MULTI(3, "multi"),
    FAULT(4, "fault");

    private final int number;
    private final String text;

    RoleName(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** Its number on the wire. */
    int number() {
        return number;
    }

    /** Its name for operators. */
    public String text() {
        return text;
    }

    /** The role behind a number; a role that this version does not know counts as backup. */
    static RoleName of(int number) {
        return switch (number) {
            case 2 -> ACTIVE;
            case 3 -> MULTI;
            case 4 -> FAULT;
            default -> BACKUP;
        };
    }
}
