package org.conntwin.proto;

import org.jspecify.annotations.Nullable;

/** What a record is: an entry or an expectation. */
public enum Kind {
    CONNTRACK(0, 1 << 14),
    EXPECTATION(1, 1 << 8);

    private final int number;
    private final int buckets;

    Kind(int number, int buckets) {
        this.number = number;
        this.buckets = buckets;
    }

    /** The kind behind its number on the wire; null for one that this version does not know. */
    static @Nullable Kind of(int number) {
        return switch (number) {
            case 0 -> CONNTRACK;
            case 1 -> EXPECTATION;
            default -> null;
        };
    }

    /** Its number on the wire. */
    public int number() {
        return number;
    }

    /** Number of buckets that nodes compare, a power of two; part of the protocol. */
    public int buckets() {
        return buckets;
    }
}
