package org.conntwin.node.demo.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.tracker.host.PacketOutlet;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Checksums;

/**
 * SYNs from addresses and ports at random to one port of the server, a program of its own: {@code SynFlood A-SECOND SEED}.
 * Says {@code FLOODING}, answers a line with the number sent so far, and ends with its standard input.
 */
final class SynFlood {
    /** Where the SYNs go; nobody answers there. */
    static final int PORT = 9;

    private static final int IPV4_HEADER = 20;
    private static final int TCP_HEADER = 20;
    private static final int BYTES = IPV4_HEADER + TCP_HEADER;
    private static final int BURSTS_A_SECOND = 100;
    /** Of the client's network, beyond the hosts that are there. */
    private static final int FIRST_SOURCE = 0x0a4d_0140;

    private static final int SOURCES = 128;
    private static final int SERVER = 0x0a4d_0202;
    private static final int SYN = 0x5002;

    private SynFlood() {}

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException {
        int burst = Integer.parseInt(args[0]) / BURSTS_A_SECOND;
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        AtomicLong sent = new AtomicLong();
        Thread sender = Thread.ofPlatform().daemon().unstarted(() -> send(burst, random, sent));
        sender.start();
        System.out.println("FLOODING");
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (input.readLine() != null) {
                System.out.println(sent.get());
            }
        }
    }

    private static void send(int burst, SplittableRandom random, AtomicLong sent) {
        byte[] packet = new byte[BYTES];
        try (PacketOutlet outlet = new PacketOutlet(0)) {
            while (true) {
                for (int i = 0; i < burst; i++) {
                    write(packet, random);
                    if (outlet.send(packet, 0, BYTES)) {
                        sent.incrementAndGet();
                    }
                }
                Thread.sleep(1_000 / BURSTS_A_SECOND);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(byte[] bytes, SplittableRandom random) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        int source = FIRST_SOURCE + random.nextInt(SOURCES);
        packet.putShort((short) 0x4500).putShort((short) BYTES).putInt(0x4000);
        // The kernel fills in the header's checksum.
        packet.put((byte) 64).put((byte) Protocol.TCP).putShort((short) 0);
        packet.putInt(source).putInt(SERVER);
        packet.putShort((short) random.nextInt(1_024, 65_536)).putShort((short) PORT);
        packet.putInt(random.nextInt()).putInt(0);
        packet.putShort((short) SYN).putShort((short) 64_240).putInt(0);
        long pseudo = Integer.toUnsignedLong(source) + Integer.toUnsignedLong(SERVER) + Protocol.TCP + TCP_HEADER;
        packet.putShort(36, (short) Checksums.of(bytes, IPV4_HEADER, TCP_HEADER, pseudo));
    }
}
