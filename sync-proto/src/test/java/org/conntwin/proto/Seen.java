package org.conntwin.proto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A visitor that writes down what it is shown. */
final class Seen implements BatchVisitor {
    private final List<String> items = new ArrayList<>();

    List<String> items() {
        return items;
    }

    static String record(Kind kind, byte[] bytes) {
        return "record " + kind + " " + hex(bytes, 0, bytes.length);
    }

    static String removed(Kind kind, byte[] bytes) {
        return "removed " + kind + " " + hex(bytes, 0, bytes.length);
    }

    static String bucketRecord(Kind kind, byte[] bytes) {
        return "bucket record " + kind + " " + hex(bytes, 0, bytes.length);
    }

    private static String hex(byte[] bytes, int from, int length) {
        return HexFormat.of().formatHex(bytes, from, from + length);
    }

    @Override
    public void record(Kind kind, byte[] bytes, int from, int length) {
        items.add("record " + kind + " " + hex(bytes, from, length));
    }

    @Override
    public void removed(Kind kind, byte[] bytes, int from, int length) {
        items.add("removed " + kind + " " + hex(bytes, from, length));
    }

    @Override
    public void bucketBegins(Kind kind, int bucket) {
        check(kind, bucket);
        items.add("begin " + kind + " " + bucket);
    }

    @Override
    public void bucketRecord(Kind kind, byte[] bytes, int from, int length) {
        items.add("bucket record " + kind + " " + hex(bytes, from, length));
    }

    @Override
    public void bucketEnds(Kind kind, int bucket) {
        check(kind, bucket);
        items.add("end " + kind + " " + bucket);
    }

    @Override
    public void bucketHashes(Kind kind, int bucket, long[] hashes) {
        check(kind, bucket);
        if (hashes.length % 2 != 0) {
            throw new IllegalStateException("a key hash without its content's");
        }
        items.add("hashes " + kind + " " + bucket + " " + Arrays.toString(hashes));
    }

    @Override
    public void digests(Kind kind, int first, long[] digests) {
        if (digests.length > 0) {
            check(kind, first);
            check(kind, first + digests.length - 1);
        }
        items.add("digests " + kind + " " + first + " " + Arrays.toString(digests));
    }

    @Override
    public void heartbeat(Heartbeat heartbeat) {
        items.add(heartbeat.toString());
    }

    @Override
    public void unknown() {
        items.add("unknown");
    }

    private static void check(Kind kind, int bucket) {
        if (bucket < 0 || bucket >= kind.buckets()) {
            throw new IllegalStateException("bucket " + bucket);
        }
    }
}
