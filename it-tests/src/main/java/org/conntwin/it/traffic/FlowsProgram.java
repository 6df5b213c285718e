package org.conntwin.it.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many flows to a {@link BulkProgram} that serves, kept and asked on demand: {@code FlowsProgram HOST TCP UDP
 * SOURCE…}, from these addresses in turn, or from any. Prints READY once all are there. Each line of standard input is one action, and has one line for an answer:
 *
 * <pre>
 *  round      a line there and back through each; prints "ALIVE TCP UDP", how many answered
 *  new COUNT  so many further connections, one after the other, a line there and back through each;
 *             prints "NEW COUNT", how many answered, and the slowest's milliseconds
 * </pre>
 */
public final class FlowsProgram {
    private static final int PORT = 5001;
    private static final int TIMEOUT_MILLIS = 10_000;
    /** A datagram may be lost: it is sent again after so long. */
    private static final int AGAIN_MILLIS = 1_000;

    private static final int TRIES = 10;
    private static final int OPENERS = 16;

    private final InetAddress host;
    private final List<Socket> connections = new ArrayList<>();
    private final List<DatagramSocket> datagrams = new ArrayList<>();
    private final List<InetAddress> sources = new ArrayList<>();
    private int rounds;

    private FlowsProgram(InetAddress host) {
        this.host = host;
    }

    /** Opens the flows and does as it is told until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        FlowsProgram flows = new FlowsProgram(InetAddress.getByName(arguments[0]));
        for (int i = 3; i < arguments.length; i++) {
            flows.sources.add(InetAddress.getByName(arguments[i]));
        }
        flows.open(Integer.parseInt(arguments[1]));
        for (int i = Integer.parseInt(arguments[2]); i > 0; i--) {
            DatagramSocket socket = new DatagramSocket(flows.source(i));
            socket.connect(flows.host, PORT);
            socket.setSoTimeout(AGAIN_MILLIS);
            flows.datagrams.add(socket);
        }
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(words[0].equals("new") ? flows.more(Integer.parseInt(words[1])) : flows.round());
        }
    }

    /** Some at a time, as a handshake may take a second. */
    private void open(int count) throws IOException {
        List<Future<Socket>> opening = new ArrayList<>();
        try (ExecutorService openers = Executors.newFixedThreadPool(OPENERS)) {
            for (int i = count; i > 0; i--) {
                InetSocketAddress source = source(i);
                opening.add(openers.submit(() -> connected(source)));
            }
            for (Future<Socket> opened : opening) {
                connections.add(opened.get());
            }
        } catch (ExecutionException refused) {
            throw new IOException(refused.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the flow with this number; any port. */
    private InetSocketAddress source(int number) {
        return sources.isEmpty()
                ? new InetSocketAddress(0)
                : new InetSocketAddress(sources.get(number % sources.size()), 0);
    }

    private Socket connected(InetSocketAddress source) throws IOException {
        Socket socket = new Socket();
        socket.bind(source);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, PORT), TIMEOUT_MILLIS);
        socket.getOutputStream().write(new byte[8]);
        return socket;
    }

    private String round() throws IOException {
        byte[] text = "round %08d\n".formatted(++rounds).getBytes(StandardCharsets.US_ASCII);
        for (Socket socket : connections) {
            try {
                socket.getOutputStream().write(text);
            } catch (IOException dead) {
                socket.close();
            }
        }
        int tcp = 0;
        for (Socket socket : connections) {
            tcp += answers(socket, text) ? 1 : 0;
        }
        int udp = 0;
        for (DatagramSocket socket : datagrams) {
            udp += answers(socket, text) ? 1 : 0;
        }
        return "ALIVE " + tcp + " " + udp;
    }

    private static boolean answers(Socket socket, byte[] text) {
        try {
            return !socket.isClosed() && Arrays.equals(socket.getInputStream().readNBytes(text.length), text);
        } catch (IOException dead) {
            return false;
        }
    }

    private static boolean answers(DatagramSocket socket, byte[] text) throws IOException {
        DatagramPacket back = new DatagramPacket(new byte[100], 100);
        for (int i = 0; i < TRIES; i++) {
            socket.send(new DatagramPacket(text, text.length));
            try {
                do {
                    socket.receive(back);
                } while (!same(back, text));
                return true;
            } catch (SocketTimeoutException lost) {
                // The next one.
            }
        }
        return false;
    }

    /** An answer to an earlier one may come late. */
    private static boolean same(DatagramPacket back, byte[] text) {
        return Arrays.equals(back.getData(), 0, back.getLength(), text, 0, text.length);
    }

    private String more(int count) {
        byte[] text = "a new one\n".getBytes(StandardCharsets.US_ASCII);
        int through = 0;
        long slowest = 0;
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            try (Socket socket = connected(source(i))) {
                socket.getOutputStream().write(text);
                through += answers(socket, text) ? 1 : 0;
            } catch (IOException refused) {
                System.err.println("new connection: " + refused.getMessage());
            }
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
        return "NEW " + through + " " + slowest / 1_000_000;
    }
}
