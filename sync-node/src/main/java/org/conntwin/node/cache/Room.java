package org.conntwin.node.cache;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many records may be kept, of all twins and kinds together: the heap has room for so many, whoever owns them. First
 * come, first kept: nothing makes room for a new record but what goes. Thread-safe.
 */
final class Room {
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    Room(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false when there is none. */
    boolean take() {
        if (taken.incrementAndGet() <= limit) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    /** So many records went; each gives its place back. */
    void give(int records) {
        taken.addAndGet(-records);
    }

    /** Places that are free now. */
    int free() {
        return Math.max(0, limit - taken.get());
    }
}
