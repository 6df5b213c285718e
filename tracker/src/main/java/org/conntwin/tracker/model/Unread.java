package org.conntwin.tracker.model;

import java.util.Arrays;

/**
 * What a newer version of the program told of a flow or an expectation, and this one cannot read: bytes that stay with
 * it while it is told on. No table knows of them. Immutable.
 */
public final class Unread {
    private final byte[] bytes;

    /** Copies {@code length} bytes. */
    public Unread(byte[] source, int from, int length) {
        bytes = Arrays.copyOfRange(source, from, from + length);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Unread unread && Arrays.equals(bytes, unread.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " unread bytes";
    }
}
