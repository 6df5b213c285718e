package org.conntwin.tracker.model;

/**
 * A conntrack zone: equal tuples in different zones are different flows.
 *
 * @param id 0 to 65535; 0 is the default zone
 * @param scope the directions in which the id counts; the other direction is in zone 0
 */
public record Zone(int id, Scope scope) {
    /** The directions a zone applies to. */
    public enum Scope {
        BOTH,
        ORIGINAL,
        REPLY
    }

    public static final Zone DEFAULT = new Zone(0, Scope.BOTH);

    public Zone {
        if (id < 0 || id > 0xffff) {
            throw new IllegalArgumentException("zone " + id + " is not within 0 to 65535");
        }
    }

    /** The zone for id and scope; the default zone for id 0. */
    public static Zone of(int id, Scope scope) {
        return id == 0 ? DEFAULT : new Zone(id, scope);
    }

    /** The zone id that counts when the original direction is looked up. */
    public int originalId() {
        return scope == Scope.REPLY ? 0 : id;
    }

    /** The zone id that counts when the reply direction is looked up. */
    public int replyId() {
        return scope == Scope.ORIGINAL ? 0 : id;
    }
}
