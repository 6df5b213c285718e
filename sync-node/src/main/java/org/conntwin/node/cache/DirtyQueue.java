package org.conntwin.node.cache;

/**
 * Addresses of records that changed, first in first out. A record stands in it at most once, so it never
 * holds more than there are blocks for records. Not thread-safe.
 */
final class DirtyQueue {
    private int[] ring = new int[1024];
    private int head;
    private int size;

    void add(int address) {
        if (size == ring.length) {
            int[] larger = new int[ring.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = ring[head + i & ring.length - 1];
            }
            ring = larger;
            head = 0;
        }
        ring[head + size++ & ring.length - 1] = address;
    }

    /** The address that waited longest; 0 when there is none. */
    int poll() {
        if (size == 0) {
            return 0;
        }
        int address = ring[head];
        head = head + 1 & ring.length - 1;
        if (--size == 0 && ring.length > 1 << 16) {
            ring = new int[1024];
            head = 0;
        }
        return address;
    }

    int size() {
        return size;
    }
}
