package org.conntwin.it.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Flows that notice every lost packet. UDP flows are asked for once and then come from the server alone, so that a firewall
 * which does not know them drops them; TCP flows are echoed lines.
 *
 * <pre>
 *  server                 answers; prints "serving"
 *  client HOST            reads from standard input: "open GROUP UDP TCP" opens so many flows, "stop" ends all and prints
 *                         for each group "GROUP udp=N sent=N lost=N gap=MS tcp=N lines=N broken=N gap=MS"
 * </pre>
 */
public final class PushProgram {
    private static final int PORT = 5001;
    private static final int PAUSE_MILLIS = 4;
    private static final int ECHO_MILLIS = 10;

    private PushProgram() {}

    /** Runs one side. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            serve();
        } else {
            new Client(InetAddress.ofLiteral(arguments[1])).run();
        }
    }

    private static void serve() throws IOException {
        DatagramSocket socket = new DatagramSocket(PORT);
        Map<SocketAddress, AtomicInteger> flows = new ConcurrentHashMap<>();
        Thread.ofPlatform().daemon().start(() -> push(socket, flows));
        ServerSocket listener = new ServerSocket(PORT, 200);
        Thread.ofPlatform().daemon().start(() -> echo(listener));
        System.out.println("serving");
        byte[] room = new byte[64];
        while (true) {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            socket.receive(packet);
            String text = new String(room, 0, packet.getLength(), StandardCharsets.US_ASCII);
            if (text.equals("go")) {
                flows.putIfAbsent(packet.getSocketAddress(), new AtomicInteger());
            } else {
                AtomicInteger sent = flows.get(packet.getSocketAddress());
                int total = sent == null ? 0 : sent.get() < 0 ? sent.get() : sent.getAndUpdate(n -> -n - 1);
                byte[] answer = ("sent " + (total < 0 ? -total - 1 : total)).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        }
    }

    private static void push(DatagramSocket socket, Map<SocketAddress, AtomicInteger> flows) {
        ByteBuffer number = ByteBuffer.allocate(4);
        try {
            while (true) {
                for (Map.Entry<SocketAddress, AtomicInteger> flow : flows.entrySet()) {
                    int next = flow.getValue().get();
                    if (next >= 0 && flow.getValue().compareAndSet(next, next + 1)) {
                        number.putInt(0, next);
                        socket.send(new DatagramPacket(number.array(), 4, flow.getKey()));
                    }
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | InterruptedException over) {
            System.err.println("pushing ended: " + over);
        }
    }

    private static void echo(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException over) {
            System.err.println("echoing ended: " + over);
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException broken) {
            // The client counts it.
        }
    }

    private static final class Client {
        private final InetAddress host;
        private final List<Pushed> pushed = new ArrayList<>();
        private final List<Echoed> echoed = new ArrayList<>();

        Client(InetAddress host) {
            this.host = host;
        }

        void run() throws IOException, InterruptedException {
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            System.out.println("ready");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 4);
                if (words[0].equals("open")) {
                    open(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                    System.out.println("opened " + words[1]);
                } else {
                    stop();
                    return;
                }
            }
        }

        private void open(String group, int udp, int tcp) throws IOException {
            for (int i = 0; i < udp; i++) {
                pushed.add(new Pushed(group, host));
            }
            for (int i = 0; i < tcp; i++) {
                echoed.add(new Echoed(group, host));
            }
        }

        private void stop() throws IOException, InterruptedException {
            for (Pushed flow : pushed) {
                flow.stop();
            }
            for (Echoed flow : echoed) {
                flow.stop();
            }
            List<String> groups =
                    pushed.stream().map(flow -> flow.group).distinct().toList();
            for (String group : groups) {
                List<Pushed> udp =
                        pushed.stream().filter(flow -> flow.group.equals(group)).toList();
                List<Echoed> tcp =
                        echoed.stream().filter(flow -> flow.group.equals(group)).toList();
                System.out.println(String.format(
                        Locale.ROOT,
                        "%s udp=%d sent=%d lost=%d gap=%d tcp=%d lines=%d broken=%d gap=%d",
                        group,
                        udp.size(),
                        udp.stream().mapToInt(flow -> flow.sent).sum(),
                        udp.stream().mapToInt(flow -> flow.sent - flow.received).sum(),
                        udp.stream().mapToLong(flow -> flow.gapMillis).max().orElse(0),
                        tcp.size(),
                        tcp.stream().mapToInt(flow -> flow.lines).sum(),
                        tcp.stream().filter(flow -> flow.broken).count(),
                        tcp.stream().mapToLong(flow -> flow.gapMillis).max().orElse(0)));
            }
        }
    }

    /** One flow of datagrams from the server. */
    private static final class Pushed {
        private final String group;
        private final DatagramSocket socket = new DatagramSocket();
        private final Thread thread;
        private volatile int received;
        private volatile long gapMillis;
        private volatile int sent = -1;
        /** The server's answer to the stop. */
        private final CountDownLatch told = new CountDownLatch(1);

        private long last;

        Pushed(String group, InetAddress host) throws IOException {
            this.group = group;
            socket.setReceiveBufferSize(1 << 18);
            socket.connect(host, PORT);
            say("go");
            thread = Thread.ofPlatform().daemon().start(this::receive);
        }

        private void say(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        private synchronized void countReceived() {
            received++;
            notifyAll();
        }

        private void receive() {
            byte[] room = new byte[64];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(room, room.length);
                    socket.receive(packet);
                    if (packet.getLength() == 4) {
                        countReceived();
                        long now = System.nanoTime();
                        gapMillis = last == 0 ? 0 : Math.max(gapMillis, (now - last) / 1_000_000);
                        last = now;
                    } else {
                        sent = Integer.parseInt(new String(room, 5, packet.getLength() - 5, StandardCharsets.US_ASCII));
                        told.countDown();
                    }
                }
            } catch (IOException over) {
                // Closed.
            }
        }

        void stop() throws IOException, InterruptedException {
            boolean answered = false;
            for (int i = 0; i < 50 && !answered; i++) {
                say("stop");
                answered = told.await(100, TimeUnit.MILLISECONDS);
            }
            awaitRest();
            socket.close();
            thread.join();
        }

        /** What was under way when the server stopped has half a second to arrive. */
        private synchronized void awaitRest() throws InterruptedException {
            long end = System.nanoTime() + 500_000_000L;
            for (long left = 500; received < sent && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        }
    }

    /** One TCP flow of lines that come back. */
    private static final class Echoed {
        private static final int LIMIT_MILLIS = 15_000;

        private final String group;
        private final Socket socket;
        private final Thread thread;
        private volatile boolean stopping;
        private volatile boolean broken;
        private volatile int lines;
        private volatile long gapMillis;

        Echoed(String group, InetAddress host) throws IOException {
            this.group = group;
            socket = new Socket(host, PORT);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MILLIS);
            thread = Thread.ofPlatform().daemon().start(this::run);
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
        private void run() {
            ByteBuffer line = ByteBuffer.allocate(8);
            try {
                while (!stopping) {
                    long start = System.nanoTime();
                    socket.getOutputStream().write(line.putInt(0, lines).array());
                    byte[] back = socket.getInputStream().readNBytes(8);
                    if (back.length < 8 || ByteBuffer.wrap(back).getInt(0) != lines) {
                        throw new IOException("other bytes came back");
                    }
                    lines++;
                    gapMillis = Math.max(gapMillis, (System.nanoTime() - start) / 1_000_000);
                    Thread.sleep(ECHO_MILLIS);
                }
            } catch (SocketTimeoutException stalled) {
                broken = true;
                System.err.println("a connection stalled");
            } catch (IOException | InterruptedException failure) {
                broken = true;
                System.err.println("a connection broke: " + failure);
            }
        }

        void stop() throws IOException, InterruptedException {
            stopping = true;
            thread.join();
            socket.close();
        }
    }
}
