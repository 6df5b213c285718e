package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireRecord;

/** A {@link RecordStore} told in maps: what is there, and what the digests count. Records as hexadecimal text. */
final class StoreModel {
    final Map<String, byte[]> live = new HashMap<>();
    final Map<String, byte[]> settled = new HashMap<>();

    static String text(byte[] bytes, int from, int length) {
        return HexFormat.of().formatHex(bytes, from, from + length);
    }

    static String keyOf(byte[] record) {
        try {
            int content = WireRecord.contentStart(record, 0, record.length);
            return text(
                    record, WireRecord.keyStart(record, content), WireRecord.keyLength(record, content, record.length));
        } catch (MalformedWireException notARecord) {
            throw new AssertionError(notARecord);
        }
    }

    static long keyHash(String key) {
        byte[] bytes = HexFormat.of().parseHex(key);
        return WireRecord.hash(bytes, 0, bytes.length);
    }

    static int bucketOf(Kind kind, String key) {
        return (int) (keyHash(key) >>> 64 - Integer.numberOfTrailingZeros(kind.buckets()));
    }

    static long contentHash(byte[] record) {
        try {
            int content = WireRecord.contentStart(record, 0, record.length);
            return WireRecord.hash(record, content, record.length - content);
        } catch (MalformedWireException notARecord) {
            throw new AssertionError(notARecord);
        }
    }

    static boolean sameContent(byte[] left, byte[] right) {
        return contentHash(left) == contentHash(right);
    }

    /** Compares all that can be seen of the store. */
    void assertSame(RecordStore store) {
        Kind kind = store.kind();
        assertThat(store.live()).as("live").isEqualTo(live.size());
        assertThat(store.settled()).as("settled").isEqualTo(settled.size());
        long[] digests = new long[kind.buckets()];
        long sum = 0;
        for (Map.Entry<String, byte[]> entry : settled.entrySet()) {
            long hash = contentHash(entry.getValue());
            digests[bucketOf(kind, entry.getKey())] += hash;
            sum += hash;
        }
        assertThat(store.digests()).as("digests").isEqualTo(digests);
        assertThat(store.sum()).as("sum").isEqualTo(sum);

        Map<String, String> records = new HashMap<>();
        Set<String> hashes = new HashSet<>();
        for (int bucket = 0; bucket < kind.buckets(); bucket++) {
            int number = bucket;
            store.bucket(bucket, new RecordVisitor() {
                @Override
                public void record(byte[] bytes, int from, int length, int since) {
                    String record = text(bytes, from, length);
                    String key = keyOf(HexFormat.of().parseHex(record));
                    assertThat(bucketOf(kind, key)).isEqualTo(number);
                    assertThat(records.put(key, record)).as("twice").isNull();
                }

                @Override
                public void removed(byte[] bytes, int from, int length) {
                    throw new AssertionError("a bucket has no removed records");
                }
            });
            store.bucketHashes(
                    bucket,
                    (key, content) ->
                            assertThat(hashes.add(key + "/" + content)).isTrue());
        }
        Map<String, String> expected = new HashMap<>();
        live.forEach((key, record) -> expected.put(key, text(record, 0, record.length)));
        assertThat(records).as("records").isEqualTo(expected);
        Set<String> expectedHashes = new HashSet<>();
        settled.forEach((key, record) -> expectedHashes.add(keyHash(key) + "/" + contentHash(record)));
        assertThat(hashes).as("hashes").isEqualTo(expectedHashes);
    }
}
