package org.conntwin.proto;

/** Reads a piece of an origin's stream. */
public final class BatchReader {
    private static final int MAX_DIGESTS = 1 << 14;
    private static final int MAX_HASHES = 1 << 16;

    private BatchReader() {}

    /** Where a piece belongs. */
    public record Position(long incarnation, long sequence) {}

    /**
     * Reads the front of a piece.
     *
     * @throws MalformedWireException when it has none
     */
    static Position position(byte[] bytes, int from, int length) throws MalformedWireException {
        WireReader in = new WireReader(bytes, from, from + length);
        long incarnation = 0;
        long sequence = 0;
        while ((incarnation == 0 || sequence == 0) && in.next()) {
            switch (in.field()) {
                case 1 -> incarnation = in.number();
                case 2 -> sequence = in.number();
                default -> {}
            }
        }
        if (incarnation == 0 || sequence <= 0) {
            throw new MalformedWireException("a batch without incarnation and sequence");
        }
        return new Position(incarnation, sequence);
    }

    /**
     * Visits the items of a piece in order. What was visited before a malformed item stays visited.
     *
     * @throws MalformedWireException at the first item that is malformed, or that the visitor refuses so
     */
    public static void items(byte[] bytes, int from, int length, BatchVisitor visitor) throws MalformedWireException {
        WireReader in = new WireReader(bytes, from, from + length);
        while (in.next()) {
            if (in.field() == 3) {
                item(in.nested(), visitor);
            }
        }
    }

    private static void item(WireReader in, BatchVisitor visitor) throws MalformedWireException {
        if (!in.next()) {
            throw new MalformedWireException("an empty item");
        }
        switch (in.field()) {
            case 1 -> visitor.record(Kind.CONNTRACK, in.array(), in.start(), in.length());
            case 2 -> visitor.removed(Kind.CONNTRACK, in.array(), in.start(), in.length());
            case 3 -> visitor.record(Kind.EXPECTATION, in.array(), in.start(), in.length());
            case 4 -> visitor.removed(Kind.EXPECTATION, in.array(), in.start(), in.length());
            case 5 -> bucket(in.nested(), visitor);
            case 6 -> digests(in.nested(), visitor);
            case 7 -> visitor.heartbeat(heartbeat(in.nested()));
            default -> visitor.unknown();
        }
    }

    private static void bucket(WireReader in, BatchVisitor visitor) throws MalformedWireException {
        Kind kind = Kind.CONNTRACK;
        int bucket = 0;
        boolean compareOnly = false;
        boolean begun = false;
        long[] hashes = {};
        while (in.next()) {
            if (begun && (in.field() == 1 || in.field() == 2)) {
                throw new MalformedWireException("a bucket that changes its number behind a record");
            }
            switch (in.field()) {
                case 1 -> {
                    Kind known = Kind.of(in.number32());
                    if (known == null) {
                        visitor.unknown();
                        return;
                    }
                    kind = known;
                }
                case 2 -> bucket = in.number32();
                case 6 -> compareOnly = in.number() != 0;
                case 5 -> hashes = longs(in, MAX_HASHES);
                case 3, 4 -> {
                    if ((in.field() == 3) != (kind == Kind.CONNTRACK)) {
                        throw new MalformedWireException("a record of another kind than its bucket");
                    }
                    if (!begun) {
                        begin(kind, bucket, visitor);
                        begun = true;
                    }
                    visitor.bucketRecord(kind, in.array(), in.start(), in.length());
                }
                default -> {}
            }
        }
        checkBucket(kind, bucket);
        if (compareOnly) {
            if (hashes.length % 2 != 0) {
                throw new MalformedWireException("a key's hash without its content's");
            }
            visitor.bucketHashes(kind, bucket, hashes);
            return;
        }
        if (!begun) {
            begin(kind, bucket, visitor);
        }
        visitor.bucketEnds(kind, bucket);
    }

    private static void begin(Kind kind, int bucket, BatchVisitor visitor) throws MalformedWireException {
        checkBucket(kind, bucket);
        visitor.bucketBegins(kind, bucket);
    }

    private static void checkBucket(Kind kind, int bucket) throws MalformedWireException {
        if (bucket < 0 || bucket >= kind.buckets()) {
            throw new MalformedWireException("bucket " + bucket);
        }
    }

    private static void digests(WireReader in, BatchVisitor visitor) throws MalformedWireException {
        Kind kind = Kind.CONNTRACK;
        int first = 0;
        long[] digests = {};
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    Kind known = Kind.of(in.number32());
                    if (known == null) {
                        visitor.unknown();
                        return;
                    }
                    kind = known;
                }
                case 2 -> first = in.number32();
                case 3 -> digests = longs(in, MAX_DIGESTS);
                default -> {}
            }
        }
        if (first < 0 || first > kind.buckets() - digests.length) {
            throw new MalformedWireException("digests of buckets beyond the last");
        }
        visitor.digests(kind, first, digests);
    }

    private static long[] longs(WireReader in, int most) throws MalformedWireException {
        int count = in.length() / 8;
        if (in.length() % 8 != 0 || count > most) {
            throw new MalformedWireException("a list of " + in.length() + " bytes");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = (long) Wire.LITTLE_LONG.get(in.array(), in.start() + 8 * i);
        }
        return values;
    }

    private static Heartbeat heartbeat(WireReader in) throws MalformedWireException {
        long conntrackDigest = 0;
        int conntracks = 0;
        long expectationDigest = 0;
        int expectations = 0;
        int unsent = 0;
        int role = 0;
        long claim = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> conntrackDigest = in.number();
                case 2 -> conntracks = in.number32();
                case 3 -> expectationDigest = in.number();
                case 4 -> expectations = in.number32();
                case 5 -> unsent = in.number32();
                case 6 -> role = in.number32();
                case 7 -> claim = in.number();
                default -> {}
            }
        }
        return new Heartbeat(
                conntrackDigest, conntracks, expectationDigest, expectations, unsent, RoleName.of(role), claim);
    }
}
