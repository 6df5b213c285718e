package org.conntwin.proto;

import java.util.BitSet;
import java.util.List;

/** One message between nodes. */
public sealed interface SyncMessage {
    /** Version of the schema that this node speaks. */
    int VERSION = 1;

    /** Who the sender is; see {@code Hello} of the schema. */
    record Hello(
            int version,
            List<String> capabilities,
            long incarnation,
            long claim,
            RoleName role,
            String table,
            boolean answer)
            implements SyncMessage {}

    /** A piece of the sender's stream; its items are between {@code from} and {@code from + length} of the message. */
    record Batch(long incarnation, long sequence, int from, int length) implements SyncMessage {}

    /** How far the sender has applied the receiver's stream. */
    record Progress(long incarnation, long sequence, boolean parity, int entries) implements SyncMessage {}

    /** Asks for all digests. */
    record DigestRequest(long incarnation) implements SyncMessage {}

    /** Asks for buckets, to replace the sender's or only to compare with them. */
    record BucketRequest(long incarnation, Kind kind, BitSet buckets, boolean compareOnly) implements SyncMessage {}

    /** Asks to be allowed to take over from an active node that is lost; see {@code VoteRequest} of the schema. */
    record VoteRequest(long ballot, String lost, long incarnation, long sequence) implements SyncMessage {}

    /** The answer to a request. */
    record Vote(long ballot, boolean granted) implements SyncMessage {}

    /** A message of a kind that this version does not know. */
    record Unknown() implements SyncMessage {}
}
