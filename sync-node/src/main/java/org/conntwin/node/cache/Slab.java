package org.conntwin.node.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory for records without an object each. A record is a block of eight-byte units:
 *
 * <pre>
 *  0        4        8                16       20     22    23     24
 *  +--------+--------+----------------+--------+------+-----+------+-----------
 *  | next   | hash   | content hash   | since  | len  |flags|      | wire bytes
 *  +--------+--------+----------------+--------+------+-----+------+-----------
 * </pre>
 *
 * <p>Addresses count units; 0 is no record. Freed blocks are used again for records of the same size.
 * Not thread-safe.
 */
final class Slab {
    static final int HEADER_BYTES = 24;
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int UNITS_PER_CHUNK = CHUNK_BYTES / 8;
    private static final int LARGEST_UNITS = (HEADER_BYTES + 2048) / 8 + 1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[][] chunks = new byte[16][];
    private int chunkCount;
    private int nextUnit;
    private final int[] free = new int[LARGEST_UNITS + 1];

    Slab() {
        clear();
    }

    /** Frees everything. */
    void clear() {
        Arrays.fill(free, 0);
        Arrays.fill(chunks, null);
        chunkCount = 0;
        nextUnit = UNITS_PER_CHUNK;
    }

    /** Units of a record with this many wire bytes. */
    static int units(int length) {
        return (HEADER_BYTES + length + 7) >>> 3;
    }

    int allocate(int units) {
        int head = free[units];
        if (head != 0) {
            free[units] = next(head);
            return head;
        }
        if (nextUnit + units > UNITS_PER_CHUNK) {
            if (chunkCount == chunks.length) {
                chunks = Arrays.copyOf(chunks, chunkCount * 2);
            }
            chunks[chunkCount++] = new byte[CHUNK_BYTES];
            // Unit 0 of the first chunk stays unused: address 0 means none.
            nextUnit = chunkCount == 1 ? 1 : 0;
        }
        int address = (chunkCount - 1) * UNITS_PER_CHUNK + nextUnit;
        nextUnit += units;
        return address;
    }

    void release(int address) {
        int units = units(length(address));
        next(address, free[units]);
        free[units] = address;
    }

    /** Bytes of memory held. */
    long bytes() {
        return (long) chunkCount * CHUNK_BYTES;
    }

    byte[] chunk(int address) {
        return chunks[address >>> 15];
    }

    /** Where the record's block begins in its chunk. */
    static int offset(int address) {
        return (address & UNITS_PER_CHUNK - 1) << 3;
    }

    int next(int address) {
        return (int) INT.get(chunk(address), offset(address));
    }

    void next(int address, int value) {
        INT.set(chunk(address), offset(address), value);
    }

    /** Top 32 bits of the key's hash. */
    int hash(int address) {
        return (int) INT.get(chunk(address), offset(address) + 4);
    }

    void hash(int address, int value) {
        INT.set(chunk(address), offset(address) + 4, value);
    }

    long contentHash(int address) {
        return (long) LONG.get(chunk(address), offset(address) + 8);
    }

    void contentHash(int address, long value) {
        LONG.set(chunk(address), offset(address) + 8, value);
    }

    int since(int address) {
        return (int) INT.get(chunk(address), offset(address) + 16);
    }

    void since(int address, int value) {
        INT.set(chunk(address), offset(address) + 16, value);
    }

    int length(int address) {
        return (short) SHORT.get(chunk(address), offset(address) + 20);
    }

    void length(int address, int value) {
        SHORT.set(chunk(address), offset(address) + 20, (short) value);
    }

    int flags(int address) {
        return chunk(address)[offset(address) + 22];
    }

    void flags(int address, int value) {
        chunk(address)[offset(address) + 22] = (byte) value;
    }
}
