package org.conntwin.it.differential;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Classic pcap files of raw IP packets (link type 101). */
final class Pcap {
    private static final int MAGIC = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int LINKTYPE_RAW = 101;
    private static final int SNAP_LENGTH = 65_535;
    private static final long EPOCH_SECONDS = 1_700_000_000L;
    private static final long MICROS = 1_000_000L;

    private Pcap() {}

    /** A packet of a file: nanoseconds since the first one, and its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares records, and nobody writes to their bytes
    record Captured(long nanos, byte[] bytes) {}

    /** Writes the packets; times are relative to a fixed moment. */
    static void write(Path file, List<Captured> records) throws IOException {
        int size = records.stream().mapToInt(record -> 16 + record.bytes.length).sum();
        ByteBuffer out = ByteBuffer.allocate(24 + size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0);
        out.putInt(SNAP_LENGTH).putInt(LINKTYPE_RAW);
        for (Captured record : records) {
            long micros = record.nanos / 1_000;
            out.putInt((int) (EPOCH_SECONDS + micros / MICROS)).putInt((int) (micros % MICROS));
            out.putInt(record.bytes.length).putInt(record.bytes.length).put(record.bytes);
        }
        Files.write(file, out.array());
    }

    /** Reads a file of whole raw IP packets. @throws IOException also when it is another kind of file */
    static List<Captured> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < 24) {
            throw new IOException(file + " is no capture");
        }
        if (in.getInt(0) != MAGIC && in.getInt(0) != MAGIC_NANOS) {
            in.order(ByteOrder.BIG_ENDIAN);
        }
        boolean nanos = in.getInt(0) == MAGIC_NANOS;
        if ((in.getInt(0) != MAGIC && !nanos) || in.getInt(20) != LINKTYPE_RAW) {
            throw new IOException(file + " is no pcap file of raw IP packets");
        }
        in.position(24);
        List<Captured> records = new ArrayList<>();
        long first = Long.MIN_VALUE;
        while (in.remaining() >= 16) {
            long seconds = Integer.toUnsignedLong(in.getInt());
            long time = seconds * 1_000_000_000L + in.getInt() * (nanos ? 1L : 1_000L);
            byte[] bytes = new byte[Math.min(in.getInt(), in.remaining())];
            in.getInt();
            in.get(bytes);
            first = first == Long.MIN_VALUE ? time : first;
            records.add(new Captured(time - first, bytes));
        }
        return records;
    }
}
