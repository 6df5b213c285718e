package org.conntwin.tracker.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A capture file in the making: pcap, or pcapng block by block. */
public final class CaptureBytes {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final long unit;

    private CaptureBytes(ByteOrder order, long unit) {
        this.order = order;
        this.unit = unit;
    }

    /** A pcap file with microseconds in this machine's usual order. */
    public static CaptureBytes pcap(int link) {
        return pcap(link, ByteOrder.LITTLE_ENDIAN, false);
    }

    /** A pcap file. */
    public static CaptureBytes pcap(int link, ByteOrder order, boolean nanoseconds) {
        CaptureBytes made = new CaptureBytes(order, nanoseconds ? 1 : 1000);
        ByteBuffer header = made.buffer(24).putInt(nanoseconds ? NANOSECONDS : MICROSECONDS);
        made.put(header.putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(link));
        return made;
    }

    /** A pcapng file that begins with a section. */
    public static CaptureBytes pcapng(ByteOrder order) {
        return new CaptureBytes(order, 1).section();
    }

    /** A record of a pcap file. */
    public CaptureBytes record(long nanoseconds, byte[] bytes) {
        return record(nanoseconds, bytes, bytes.length);
    }

    /** A record that was longer on the wire. */
    public CaptureBytes record(long nanoseconds, byte[] bytes, int wire) {
        ByteBuffer header = buffer(16).putInt((int) (nanoseconds / 1_000_000_000L));
        put(header.putInt((int) (nanoseconds % 1_000_000_000L / unit))
                .putInt(bytes.length)
                .putInt(wire));
        out.writeBytes(bytes);
        return this;
    }

    /** A section header block. */
    public CaptureBytes section() {
        ByteBuffer body = buffer(16).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0);
        return block(0x0a0d0d0a, content(body.putLong(-1)));
    }

    /** An interface description block; {@code options} as they stand in the file. */
    public CaptureBytes description(int link, int snapLength, byte... options) {
        ByteBuffer body = buffer(8 + options.length).putShort((short) link).putShort((short) 0);
        return block(1, content(body.putInt(snapLength).put(options)));
    }

    /** One option with its padding. */
    public byte[] option(int code, byte... value) {
        ByteBuffer option = buffer(4 + (value.length + 3) / 4 * 4);
        return content(
                option.putShort((short) code).putShort((short) value.length).put(value));
    }

    /** An enhanced packet block. */
    public CaptureBytes packet(int source, long ticks, byte[] bytes, int wire) {
        ByteBuffer body = buffer(20 + padded(bytes.length)).putInt(source);
        body.putInt((int) (ticks >>> 32)).putInt((int) ticks);
        return block(6, content(body.putInt(bytes.length).putInt(wire).put(bytes)));
    }

    /** An obsolete packet block. */
    public CaptureBytes oldPacket(int source, long ticks, byte[] bytes) {
        ByteBuffer body =
                buffer(20 + padded(bytes.length)).putShort((short) source).putShort((short) 0);
        body.putInt((int) (ticks >>> 32)).putInt((int) ticks);
        return block(2, content(body.putInt(bytes.length).putInt(bytes.length).put(bytes)));
    }

    /** A simple packet block. */
    public CaptureBytes simplePacket(byte[] bytes, int wire) {
        return block(3, content(buffer(4 + padded(bytes.length)).putInt(wire).put(bytes)));
    }

    /** Any block. */
    public CaptureBytes block(int type, byte... body) {
        int length = 12 + padded(body.length);
        ByteBuffer block = buffer(length).putInt(type).putInt(length).put(body);
        put(block.putInt(length - 4, length));
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        return out.toByteArray();
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    private void put(ByteBuffer buffer) {
        out.writeBytes(content(buffer));
    }

    private static byte[] content(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static int padded(int length) {
        return (length + 3) / 4 * 4;
    }
}
