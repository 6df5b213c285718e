package org.conntwin.node.fake;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireRecord;

/** What a cache holds, without timers: content by kind and key. */
public final class Contents implements RecordVisitor {
    private final Map<String, String> records = new HashMap<>();
    private Kind kind = Kind.CONNTRACK;

    private Contents() {}

    /** Of an internal cache. */
    public static Map<String, String> of(InternalCache cache) {
        Contents contents = new Contents();
        for (Kind kind : Kind.values()) {
            contents.kind = kind;
            for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                cache.bucket(kind, bucket, contents);
            }
        }
        return contents.records;
    }

    /** Of a twin. */
    public static Map<String, String> of(Twin twin) {
        Contents contents = new Contents();
        for (Kind kind : Kind.values()) {
            contents.kind = kind;
            for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                twin.bucket(kind, bucket, contents);
            }
        }
        return contents.records;
    }

    @Override
    public void record(byte[] bytes, int from, int length, int since) {
        try {
            int content = WireRecord.contentStart(bytes, from, length);
            int key = WireRecord.keyStart(bytes, content);
            int keyLength = WireRecord.keyLength(bytes, content, from + length);
            records.put(
                    kind + Arrays.toString(Arrays.copyOfRange(bytes, key, key + keyLength)),
                    Arrays.toString(Arrays.copyOfRange(bytes, content, from + length)));
        } catch (MalformedWireException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Override
    public void removed(byte[] bytes, int from, int length) {}
}
