package org.conntwin.it.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Much data one way, verified byte for byte, and datagrams that come back.
 *
 * <pre>
 *  serve                     on port 5001: counts what TCP brings and verifies it, returns datagrams; prints READY
 *  send HOST MEGABYTES       sends so much by TCP; prints "OK MEGABYTES MILLISECONDS", or FAILED and why
 *  echo HOST BYTES           one datagram there and back; prints OK or FAILED
 *  hold HOST                 a connection that sends a line for each line of standard input; prints OK or FAILED for each
 * </pre>
 */
public final class BulkProgram {
    private static final int PORT = 5001;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int BLOCK = 1 << 16;
    private static final int MOST_DATAGRAM = 65_507;

    private BulkProgram() {}

    /** Runs one action. */
    public static void main(String[] arguments) throws IOException {
        try {
            switch (arguments[0]) {
                case "serve" -> serve();
                case "send" -> send(arguments[1], Integer.parseInt(arguments[2]));
                case "echo" -> echo(arguments[1], Integer.parseInt(arguments[2]));
                default -> hold(arguments[1]);
            }
        } catch (IOException failure) {
            System.out.println("FAILED " + failure);
            System.exit(1);
        }
    }

    /** The byte at a place of the stream: no two blocks begin alike. */
    private static void fill(byte[] block, long from) {
        for (int i = 0; i < block.length; i++) {
            long at = from + i;
            block[i] = (byte) (at ^ at >>> 8 ^ at >>> 16);
        }
    }

    private static void serve() throws IOException {
        ServerSocket server = new ServerSocket(PORT, 64);
        DatagramSocket datagrams = new DatagramSocket(PORT);
        Thread.ofPlatform().daemon().start(() -> reflect(datagrams));
        System.out.println("READY");
        while (true) {
            Socket socket = server.accept();
            Thread.ofPlatform().daemon().start(() -> take(socket));
        }
    }

    private static void reflect(DatagramSocket datagrams) {
        byte[] room = new byte[BLOCK];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(room, room.length);
                datagrams.receive(packet);
                datagrams.send(packet);
            }
        } catch (IOException over) {
            System.err.println("datagrams: " + over);
        }
    }

    /** Reads length and data; answers with a byte: 1 when all of it was right. What is no length is a line, and returns. */
    private static void take(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            long left = ByteBuffer.wrap(in.readNBytes(8)).getLong();
            if (left == 0) {
                in.transferTo(out);
                return;
            }
            byte[] expected = new byte[BLOCK];
            boolean right = true;
            for (long at = 0; left > 0; at += BLOCK) {
                fill(expected, at);
                byte[] got = in.readNBytes((int) Math.min(left, BLOCK));
                right &= got.length == Math.min(left, BLOCK)
                        && ByteBuffer.wrap(got).equals(ByteBuffer.wrap(expected, 0, got.length));
                left = got.length == 0 ? 0 : left - got.length;
            }
            out.write(right ? 1 : 0);
        } catch (IOException broken) {
            System.err.println("server: " + broken);
        }
    }

    private static void send(String host, int megabytes) throws IOException {
        try (Socket socket = connected(host)) {
            long start = System.nanoTime();
            long bytes = megabytes * 1_000_000L;
            OutputStream out = socket.getOutputStream();
            out.write(ByteBuffer.allocate(8).putLong(0, bytes).array());
            byte[] block = new byte[BLOCK];
            for (long at = 0; at < bytes; at += BLOCK) {
                fill(block, at);
                out.write(block, 0, (int) Math.min(BLOCK, bytes - at));
            }
            if (socket.getInputStream().read() != 1) {
                throw new IOException("other bytes arrived");
            }
            System.out.println(
                    String.format(Locale.ROOT, "OK %d %d", megabytes, (System.nanoTime() - start) / 1_000_000));
        }
    }

    private static Socket connected(String host) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(12 * TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, PORT), TIMEOUT_MILLIS);
        return socket;
    }

    private static void echo(String host, int bytes) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            byte[] out = new byte[Math.min(bytes, MOST_DATAGRAM)];
            fill(out, 1);
            socket.send(new DatagramPacket(out, out.length, InetAddress.getByName(host), PORT));
            DatagramPacket back = new DatagramPacket(new byte[BLOCK], BLOCK);
            socket.receive(back);
            boolean same = ByteBuffer.wrap(back.getData(), 0, back.getLength()).equals(ByteBuffer.wrap(out));
            System.out.println(same ? "OK" : "FAILED other bytes came back");
        }
    }

    private static void hold(String host) throws IOException {
        try (Socket socket = connected(host)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(new byte[8]);
            System.out.println("READY");
            byte[] line = "a line\n".getBytes(StandardCharsets.US_ASCII);
            while (System.in.read() >= 0) {
                try {
                    socket.getOutputStream().write(line);
                    boolean same = ByteBuffer.wrap(socket.getInputStream().readNBytes(line.length))
                            .equals(ByteBuffer.wrap(line));
                    System.out.println(same ? "OK" : "FAILED other bytes came back");
                } catch (IOException failure) {
                    System.out.println("FAILED " + failure.getMessage());
                }
            }
        }
    }
}
