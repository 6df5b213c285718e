package org.conntwin.proto;

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

    /** Its number on the wire. */
    public int number() {
        return number;
    }

    /** Number of buckets that nodes compare, a power of two; part of the protocol. */
    public int buckets() {
        return buckets;
    }
}
