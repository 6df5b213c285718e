package org.conntwin.tracker.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A TCP segment that went out, as its bytes say; made only of packets whose lengths and checksums are right.
 *
 * @param source address and port
 * @param flags letters out of {@code FSRPAUEC}
 * @param options in their order: {@code mss 1460}, {@code scale 7}, {@code sackOK}, {@code ts 1 2}, {@code sack 1 2},
 *     {@code nop}
 */
public record Sent(
        String source,
        String destination,
        String flags,
        int sequence,
        int acknowledgment,
        int window,
        List<String> options,
        int timestamp,
        int echo,
        int payload) {
    private static final String LETTERS = "FSRPAUEC";

    /** Reads a packet. @throws AssertionError when it is not a correct TCP segment */
    public static Sent of(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        boolean four = packet[0] >>> 4 == 4;
        int transport = four ? (packet[0] & 0xf) * 4 : 40;
        int size = four ? 4 : 16;
        int from = four ? 12 : 8;
        int length = packet.length - transport;
        int told = four ? bytes.getShort(2) & 0xffff : 40 + (bytes.getShort(4) & 0xffff);
        check(told == packet.length, "length " + told + " of " + packet.length);
        check(!four || sum(packet, 0, transport) == 0xffff, "checksum of IP");
        check(sum(packet, from, packet.length, 6 + length) == 0xffff, "checksum of TCP");
        int header = transport + (packet[transport + 12] >>> 4 & 0xf) * 4;
        StringBuilder flags = new StringBuilder();
        for (int bit = 0; bit < LETTERS.length(); bit++) {
            if ((packet[transport + 13] >>> bit & 1) != 0) {
                flags.append(LETTERS.charAt(bit));
            }
        }
        List<String> options = new ArrayList<>();
        int[] timestamps = options(bytes, transport + 20, header, options);
        return new Sent(
                address(packet, from, size) + ":" + (bytes.getShort(transport) & 0xffff),
                address(packet, from + size, size) + ":" + (bytes.getShort(transport + 2) & 0xffff),
                flags.toString(),
                bytes.getInt(transport + 4),
                bytes.getInt(transport + 8),
                bytes.getShort(transport + 14) & 0xffff,
                options,
                timestamps[0],
                timestamps[1],
                packet.length - header);
    }

    private static int[] options(ByteBuffer bytes, int from, int to, List<String> out) {
        int[] timestamps = {0, 0};
        int at = from;
        while (at < to && bytes.get(at) != 0) {
            int kind = bytes.get(at);
            if (kind == 1) {
                out.add("nop");
                at++;
                continue;
            }
            switch (kind) {
                case 2 -> out.add("mss " + (bytes.getShort(at + 2) & 0xffff));
                case 3 -> out.add("scale " + bytes.get(at + 2));
                case 4 -> out.add("sackOK");
                case 5 -> {
                    StringBuilder text = new StringBuilder("sack");
                    for (int edge = at + 2; edge < at + bytes.get(at + 1); edge += 4) {
                        text.append(' ').append(Integer.toUnsignedString(bytes.getInt(edge)));
                    }
                    out.add(text.toString());
                }
                case 8 -> {
                    timestamps[0] = bytes.getInt(at + 2);
                    timestamps[1] = bytes.getInt(at + 6);
                    out.add("ts");
                }
                default -> out.add("option " + kind);
            }
            at += bytes.get(at + 1);
        }
        return timestamps;
    }

    private static String address(byte[] packet, int from, int size) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, from, from + size))
                    .getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int sum(byte[] bytes, int from, int to) {
        return sum(bytes, from, to, 0);
    }

    private static int sum(byte[] bytes, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i++) {
            sum += (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError("wrong " + what);
        }
    }
}
