package org.conntwin.tracker.host;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;

/**
 * Sends packets to hosts of the network {@code 10.66.0.0/24} that there are not, a program of its own. Prints how many were
 * taken of how many; the last one goes to a host that needs no asking.
 */
public final class SilentNeighbours {
    static final int HOSTS = 30;
    static final int EACH = 100;
    private static final int BYTES = 40;

    private SilentNeighbours() {}

    /** To be started where the network is. */
    public static void main(String[] arguments) {
        int taken = 0;
        try (PacketOutlet outlet = new PacketOutlet(0)) {
            for (int i = 0; i < HOSTS * EACH; i++) {
                taken += outlet.send(packet(0x0a42_0064 + i % HOSTS), 0, BYTES) ? 1 : 0;
            }
            boolean last = outlet.send(packet(0x7f00_0001), 0, BYTES);
            System.out.println("TAKEN " + taken + " " + last);
        }
    }

    private static byte[] packet(int to) {
        ByteBuffer packet = ByteBuffer.allocate(BYTES).order(BIG_ENDIAN);
        packet.putShort((short) 0x4500).putShort((short) BYTES).putInt(0x4000);
        packet.put((byte) 64)
                .put((byte) 99)
                .putShort((short) 0)
                .putInt(0x0a42_0001)
                .putInt(to);
        return packet.array();
    }
}
