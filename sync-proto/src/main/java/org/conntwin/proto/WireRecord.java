package org.conntwin.proto;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * An entry's or expectation's bytes, seen without decoding them: {@code [timeout] key rest}. Both kinds
 * have the timeout as field 1 and the key as field 2, at the front.
 *
 * <p>Hashes are XXH3 (64 bits) and part of the protocol: of the key's payload, and of all bytes behind the
 * timeout. The bucket of a record is the top bits of its key's hash.
 */
public final class WireRecord {
    /** No record is longer; a longer one is refused. */
    public static final int MAX_BYTES = 2048;

    private static final int KEY_TAG = 2 << 3 | Wire.BYTES;
    private static final int TIMEOUT_TAG = 1 << 3 | Wire.VARINT;
    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private WireRecord() {}

    /**
     * Where the record's content begins, behind the timeout.
     *
     * @throws MalformedWireException when the record does not begin with a key there
     */
    public static int contentStart(byte[] bytes, int from, int length) throws MalformedWireException {
        int at = from;
        int end = from + length;
        if (at < end && bytes[at] == TIMEOUT_TAG) {
            at++;
            while (at < end && bytes[at] < 0) {
                at++;
            }
            at++;
        }
        if (at >= end || bytes[at] != KEY_TAG) {
            throw new MalformedWireException("a record that does not begin with its key");
        }
        return at;
    }

    /** Where the key's payload begins, given where the content does. */
    public static int keyStart(byte[] bytes, int contentStart) {
        return bytes[contentStart + 1] < 0 ? contentStart + 3 : contentStart + 2;
    }

    /**
     * Length of the key's payload, given where the content begins and where the record ends.
     *
     * @throws MalformedWireException when the key reaches beyond the record
     */
    public static int keyLength(byte[] bytes, int contentStart, int end) throws MalformedWireException {
        if (end - contentStart < 3) {
            throw new MalformedWireException("a record that ends within its key");
        }
        int low = bytes[contentStart + 1];
        int size = low >= 0 ? low : low & 0x7f | bytes[contentStart + 2] << 7;
        if (size < 0 || keyStart(bytes, contentStart) + size > end) {
            throw new MalformedWireException("a key longer than its record");
        }
        return size;
    }

    /** Hash of bytes. */
    public static long hash(byte[] bytes, int from, int length) {
        return XXH3.hashBytesToLong(bytes, from, length);
    }
}
