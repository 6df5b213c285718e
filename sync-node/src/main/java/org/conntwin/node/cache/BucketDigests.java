package org.conntwin.node.cache;

/**
 * The sums of content hashes by bucket, and of all of them. A hash of 0 stands for a record that is not
 * counted. Not thread-safe.
 */
final class BucketDigests {
    private final long[] digests;
    private long sum;
    private int records;

    BucketDigests(int buckets) {
        digests = new long[buckets];
    }

    /** By bucket; read, never written. */
    long[] digests() {
        return digests;
    }

    long sum() {
        return sum;
    }

    /** Records that count. */
    int records() {
        return records;
    }

    long memoryBytes() {
        return 8L * digests.length;
    }

    /** A record of the bucket counts with another hash from now on. */
    void change(int bucket, long before, long after) {
        if (before == 0) {
            records++;
        } else if (after == 0) {
            records--;
        }
        digests[bucket] += after - before;
        sum += after - before;
    }
}
