package org.conntwin.proto;

/** Hears the items of a piece in their order. Arrays are lent for the call only. */
public interface BatchVisitor {
    /** A record as its origin has it now. */
    void record(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException;

    /** The key of a record that its origin no longer has. */
    void removed(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException;

    /** The records of a bucket follow, all of them. */
    void bucketBegins(Kind kind, int bucket) throws MalformedWireException;

    /** A record of the bucket. */
    void bucketRecord(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException;

    /** The bucket is complete. */
    void bucketEnds(Kind kind, int bucket) throws MalformedWireException;

    /** Key and content hashes, by turns, of all records of a bucket, to compare with. */
    void bucketHashes(Kind kind, int bucket, long[] hashes) throws MalformedWireException;

    /** Digests of a run of buckets. */
    void digests(Kind kind, int first, long[] digests) throws MalformedWireException;

    /** The sums. */
    void heartbeat(Heartbeat heartbeat) throws MalformedWireException;

    /** An item of a kind, or on records of a kind, that this version does not know. */
    void unknown();
}
