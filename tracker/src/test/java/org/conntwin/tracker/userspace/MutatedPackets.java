package org.conntwin.tracker.userspace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.TestPacket;

/**
 * Packets of every protocol, most of them damaged: bits turned, numbers replaced by edge values, cut, stretched, swapped,
 * fragmented. Few addresses and ports, so that packets meet each other's flows. The same seed gives the same packets.
 */
final class MutatedPackets {
    private static final String[] FLAGS = {"S", "SA", "A", "PA", "FA", "R", "RA", "F", "", "SF", "FPU", "SEC"};
    private static final long[] EDGES = {0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL};
    private static final int SPARE = 64;

    private final SplittableRandom random;
    private final List<byte[]> pool = new ArrayList<>();
    private final byte[] buffer = new byte[4096];

    /** Bytes of the packet made last; they begin at 0. */
    int length;

    MutatedPackets(long seed) {
        random = new SplittableRandom(seed);
        for (int client = 1; client <= 8; client++) {
            fill("10.0.0." + client, "10.0.1.1");
            fill("fd00::" + client, "fd00:1::1");
        }
    }

    private void fill(String client, String server) {
        for (int port = 1000; port < 1004; port++) {
            for (String flags : FLAGS) {
                int sequence = random.nextInt(3) * 1000;
                add(Packets.tcp(client, port, server, 21)
                        .flags(flags)
                        .seq(sequence)
                        .ack(1 + random.nextInt(2000))
                        .window(random.nextInt(65_536))
                        .windowScale(random.nextInt(16))
                        .sackPermitted());
                add(Packets.tcp(client, port, server, 80)
                        .flags(flags)
                        .seq(sequence)
                        .ack(1)
                        .window(1000)
                        .sack(1, 2, 3, 4)
                        .payload(random.nextInt(200)));
            }
            add(Packets.tcp(client, port, server, 21)
                    .flags("PA")
                    .seq(1)
                    .ack(1)
                    .window(1000)
                    .payload("PORT 10,0,0,1,200," + port % 256 + "\r\n"));
            add(Packets.tcp(client, port, server, 21)
                    .flags("PA")
                    .seq(1)
                    .ack(1)
                    .window(1000)
                    .payload("227 Entering Passive Mode (10,0,1,1,4," + port % 256 + ").\r\n"));
            add(Packets.udp(client, port, server, 53).payload(random.nextInt(60)));
            add(Packets.udpLite(client, port, server, 53).payload(40));
            add(Packets.sctp(client, port, server, 3868));
        }
        add(Packets.gre(client, server));
        add(Packets.any(99, client, server));
        byte[] spokenOf = Packets.udp(client, 1000, server, 53).payload(8).bytes();
        boolean six = client.contains(":");
        for (int type : six ? new int[] {1, 2, 128, 129, 133, 137, 139} : new int[] {0, 3, 5, 8, 11, 12, 13, 17}) {
            add(Packets.icmp(client, server, type, 0).payload(spokenOf));
        }
    }

    private void add(TestPacket<?> packet) {
        pool.add(packet.bytes());
        pool.add(packet.reversed().bytes());
        packet.reversed();
    }

    /** The next packet, in an array that the following one uses again. */
    byte[] next() {
        byte[] base = pool.get(random.nextInt(pool.size()));
        length = base.length;
        System.arraycopy(base, 0, buffer, 0, length);
        Arrays.fill(buffer, length, length + SPARE, (byte) 0);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            change();
        }
        return buffer;
    }

    private void change() {
        int at = random.nextInt(Math.max(1, length));
        switch (random.nextInt(8)) {
            case 0 -> buffer[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> buffer[at] = (byte) random.nextInt();
            case 2 -> put(at, 2, EDGES[random.nextInt(EDGES.length)]);
            case 3 -> put(at, 4, EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1);
            case 4 -> length = random.nextInt(length + 1);
            case 5 -> length = Math.min(buffer.length - SPARE, length + random.nextInt(SPARE));
            case 6 -> fragment();
            default -> setLength();
        }
    }

    /** Makes it a fragment of IPv4, or another packet's end. */
    private void fragment() {
        if (length >= 20 && buffer[0] >> 4 == 4) {
            put(4, 2, random.nextInt(4));
            put(6, 2, (random.nextBoolean() ? 0x2000L : 0) | random.nextInt(8));
        }
    }

    /** Makes the header tell the true length, so that damage behind it is looked at. */
    private void setLength() {
        if (length >= 40) {
            boolean six = (buffer[0] >> 4 & 0xf) == 6;
            put(six ? 4 : 2, 2, six ? length - 40 : length);
        }
    }

    private void put(int at, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            buffer[at + i] = (byte) (value >>> 8 * (bytes - 1 - i));
        }
    }
}
