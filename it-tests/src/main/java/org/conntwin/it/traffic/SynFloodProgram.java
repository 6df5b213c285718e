package org.conntwin.it.traffic;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.conntwin.it.wire.Ends;
import org.conntwin.it.wire.TcpSegment;
import org.conntwin.tracker.netlink.ffi.IpSocket;

/**
 * A SYN flood from sources that do not exist, 198.18.0.0/15 (RFC 2544), bounded: {@code SynFloodProgram HOST PORTS COUNT
 * PER_SECOND} sends COUNT of them to the ports in turn, such as {@code 80,81}, and ends. Prints READY, then
 * {@code SENT COUNT MILLISECONDS}.
 */
public final class SynFloodProgram {
    private static final long SEED = 18;
    private static final int BURST = 50;

    private SynFloodProgram() {}

    /** Floods. */
    public static void main(String[] arguments) {
        List<Integer> ports =
                Arrays.stream(arguments[1].split(",", -1)).map(Integer::valueOf).toList();
        int count = Integer.parseInt(arguments[2]);
        long pause = 1_000_000_000L / Integer.parseInt(arguments[3]);
        Random random = new Random(SEED);
        TcpSegment syn = new TcpSegment();
        syn.flags = TcpSegment.SYN;
        syn.window = 64_240;
        System.out.println("READY");
        long start = System.nanoTime();
        int sent = 0;
        try (IpSocket socket = new IpSocket(false, 0)) {
            for (int i = 0; i < count; i++) {
                String source =
                        "198." + (18 + random.nextInt(2)) + "." + random.nextInt(256) + "." + random.nextInt(256);
                syn.sourcePort = 1024 + random.nextInt(60_000);
                syn.destinationPort = ports.get(i % ports.size());
                syn.sequence = random.nextInt();
                byte[] packet = syn.packet(Ends.between(source, arguments[0]), false);
                sent += socket.send(packet, 0, packet.length) > 0 ? 1 : 0;
                if (i % BURST == 0) {
                    LockSupport.parkNanos(start + i * pause - System.nanoTime());
                }
            }
        }
        System.out.println("SENT " + sent + " " + (System.nanoTime() - start) / 1_000_000);
    }
}
