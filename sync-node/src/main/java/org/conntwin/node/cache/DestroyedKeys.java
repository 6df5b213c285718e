package org.conntwin.node.cache;

import java.util.HashSet;
import java.util.Set;

/**
 * Keys that were destroyed while the table is read again: a dump that began before may still show them.
 * Bounded; what does not fit makes the reading useless. Not thread-safe.
 */
final class DestroyedKeys {
    private static final int MOST = 1 << 20;

    private final Set<Long> hashes = new HashSet<>();
    private boolean reading;
    private boolean overflowed;

    /** A reading begins. */
    void begin() {
        hashes.clear();
        reading = true;
        overflowed = false;
    }

    void destroyed(long hash) {
        if (!reading) {
            return;
        }
        if (hashes.size() < MOST) {
            hashes.add(hash);
        } else {
            overflowed = true;
        }
    }

    /** There is a record with the key again. */
    void made(long hash) {
        if (reading) {
            hashes.remove(hash);
        }
    }

    boolean has(long hash) {
        return hashes.contains(hash);
    }

    /** The reading is over; whether all keys were remembered. */
    boolean end() {
        hashes.clear();
        reading = false;
        return !overflowed;
    }
}
