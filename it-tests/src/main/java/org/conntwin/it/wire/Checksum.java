package org.conntwin.it.wire;

import java.util.zip.CRC32C;
import org.conntwin.tracker.model.Family;

/** Checksums of IP (RFC 1071) and of SCTP (CRC32c, RFC 9260). */
public final class Checksum {
    private Checksum() {}

    private static long sum(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += (long) (bytes[i] & 0xff) << ((i - from & 1) == 0 ? 8 : 0);
        }
        return sum;
    }

    private static int folded(long sum) {
        long rest = sum;
        while (rest >>> 16 != 0) {
            rest = (rest & 0xffff) + (rest >>> 16);
        }
        return (int) ~rest & 0xffff;
    }

    /** Of plain bytes, as IP headers and ICMP have it. */
    public static int plain(byte[] bytes, int from, int to) {
        return folded(sum(bytes, from, to));
    }

    /** Of a transport's header and data behind the pseudo header; the checksum field must be 0. */
    public static int transport(Ends ends, boolean fromServer, int protocol, byte[] bytes, int covered) {
        byte[] source = ends.source(fromServer);
        byte[] destination = ends.destination(fromServer);
        long sum = sum(source, 0, source.length) + sum(destination, 0, destination.length);
        return folded(sum + protocol + bytes.length + sum(bytes, 0, covered));
    }

    /** Of an ICMP message of either family. */
    static int icmp(Ends ends, boolean fromServer, byte[] message) {
        return ends.family() == Family.IPV4
                ? plain(message, 0, message.length)
                : transport(ends, fromServer, ends.icmp(), message, message.length);
    }

    /** Of an SCTP packet whose checksum field is 0, as the bytes stand in the header. */
    static int sctp(byte[] packet) {
        CRC32C crc = new CRC32C();
        crc.update(packet);
        return Integer.reverseBytes((int) crc.getValue());
    }
}
