package org.conntwin.it.traffic;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;

/**
 * Sends rubbish to an address and port of the namespace's network: datagrams of all sizes, and a connection when
 * something listens. Bounded: {@code NoiseProgram ADDRESS PORT COUNT} sends COUNT datagrams and ends.
 */
public final class NoiseProgram {
    private static final long SEED = 7;
    private static final int LARGEST = 1_400;
    private static final int OVERSIZED = 60_000;
    private static final int CONNECT_MILLIS = 500;

    private NoiseProgram() {}

    /** Sends it; prints how many datagrams left. */
    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.getByName(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        Random random = new Random(SEED);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                byte[] rubbish = new byte[i % 100 == 99 ? OVERSIZED : random.nextInt(LARGEST)];
                random.nextBytes(rubbish);
                socket.send(new DatagramPacket(rubbish, rubbish.length, address, port));
            }
        }
        if (!address.isMulticastAddress()) {
            connect(address, port, random);
        }
        System.out.println(count + " sent");
    }

    private static void connect(InetAddress address, int port, Random random) {
        byte[] rubbish = new byte[OVERSIZED];
        random.nextBytes(rubbish);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.getOutputStream().write(rubbish);
        } catch (IOException e) {
            // Nothing listens there, or it hung up on us: both are fine answers to rubbish.
        }
    }
}
