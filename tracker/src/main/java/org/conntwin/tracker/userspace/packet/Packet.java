package org.conntwin.tracker.userspace.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.conntwin.tracker.model.Family;

/**
 * A whole IP packet (never a fragment) in somebody's byte array: where its parts are, and the tuple it shows. Filled by
 * {@link PacketReader}; reused for the next packet, as tracking one must not allocate. Not thread-safe.
 */
public final class Packet {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};

    /** Holds the packet; only {@link #start} to {@code start + length} is the packet's. */
    public byte[] bytes = NOTHING;
    /** Index of the IP header. */
    public int start;
    /** Bytes from the IP header to the end that the header tells, padding cut off. */
    public int length;
    /**
     * Bytes from {@link #start} on that the packet may have when it grows, at least {@link #length}. A reader sets it to
     * what it was given; who owns the bytes and keeps room behind the packet says so here.
     */
    public int room;
    /** Index of the header behind IP and its extension headers. */
    public int transport;
    /** The packet's own tuple: family, protocol and addresses from the IP header, keys from the protocol's tracker. */
    public final TupleKey key = new TupleKey();

    /** Starts empty. */
    public Packet() {}

    /** Bytes of the transport header and what follows it. */
    public int transportLength() {
        return start + length - transport;
    }

    /** The packet's family. */
    public Family family() {
        return key.family;
    }

    /** The unsigned byte at {@code index} of {@link #bytes}. */
    public int u8(int index) {
        return bytes[index] & 0xff;
    }

    /** The unsigned 16-bit number in network order at {@code index}. */
    public int u16(int index) {
        return (short) SHORTS.get(bytes, index) & 0xffff;
    }

    /** The 32-bit number in network order at {@code index}, as bits. */
    public int i32(int index) {
        return (int) INTS.get(bytes, index);
    }

    /** The 64-bit number in network order at {@code index}, as bits. */
    public long i64(int index) {
        return (long) LONGS.get(bytes, index);
    }

    /** Writes the 16-bit number in network order at {@code index}; upper bits are ignored. */
    void put16(int index, int value) {
        SHORTS.set(bytes, index, (short) value);
    }

    /** Writes the 32-bit number in network order at {@code index}. */
    void put32(int index, int value) {
        INTS.set(bytes, index, value);
    }

    /** Writes the 64-bit number in network order at {@code index}. */
    void put64(int index, long value) {
        LONGS.set(bytes, index, value);
    }

    /**
     * Writes a 32-bit number and has a checksum follow.
     *
     * @param index where it stands; at an odd distance from the checksummed data's beginning, too
     * @param checksum index of the checksum
     */
    public void replace32(int index, int value, int checksum) {
        int before = i32(index);
        boolean odd = (index - transport & 1) != 0;
        int from = odd ? Integer.rotateLeft(before, Byte.SIZE) : before;
        int to = odd ? Integer.rotateLeft(value, Byte.SIZE) : value;
        put16(checksum, Checksums.replaced32(u16(checksum), from, to));
        put32(index, value);
    }
}
