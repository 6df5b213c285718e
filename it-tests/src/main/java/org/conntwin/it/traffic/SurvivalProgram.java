package org.conntwin.it.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of flows of which it can be told whether they still live, without waiting for each. UDP flows are asked for once
 * and then come from the server alone, so that a firewall which does not know them drops them; TCP flows are stamps that
 * come back. A stamp is the machine's monotonic clock in nanoseconds when it was sent, which processes share.
 *
 * <pre>
 *  server MILLIS          answers, and sends on each UDP flow once in so many milliseconds; prints "serving"
 *  client HOST            prints "ready"; reads from standard input:
 *      open TCP UDP       opens so many more; prints "opened" once each has heard something
 *      mark               from now on is counted; prints "marked"
 *      alive              prints "alive TCP UDP": flows on which something came that was sent since the mark
 *      times              prints "times" and for each such UDP flow the clock when that came
 * </pre>
 */
public final class SurvivalProgram {
    private static final int PORT = 5001;
    private static final int BACKLOG = 4_096;
    private static final int TURN_MILLIS = 20;
    private static final long PAUSE_NANOS = 500_000_000L;

    private SurvivalProgram() {}

    /** Runs one side until standard input ends, or until it is killed. */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("server")) {
            new Server(Integer.parseInt(arguments[1])).run();
        } else {
            new Client(new InetSocketAddress(arguments[1], PORT)).run();
        }
    }

    private static final class Server {
        private final Selector selector = Selector.open();
        private final ServerSocketChannel listener = ServerSocketChannel.open();
        private final DatagramChannel datagrams = DatagramChannel.open();
        private final Set<SocketAddress> clients = new LinkedHashSet<>();
        private final ByteBuffer room = ByteBuffer.allocate(64);
        private final int millis;

        Server(int millis) throws IOException {
            this.millis = millis;
            listener.bind(new InetSocketAddress(PORT), BACKLOG);
            datagrams.bind(new InetSocketAddress(PORT));
            register(selector, listener, SelectionKey.OP_ACCEPT, null);
            register(selector, datagrams, SelectionKey.OP_READ, null);
        }

        void run() throws IOException {
            System.out.println("serving");
            long due = System.nanoTime();
            while (true) {
                long left = (due - System.nanoTime()) / 1_000_000;
                if (left > 0) {
                    selector.select(this::ready, left);
                } else {
                    selector.selectNow(this::ready);
                    push();
                    due = Math.max(due + millis * 1_000_000L, System.nanoTime() - 1);
                }
            }
        }

        private void ready(SelectionKey key) {
            try {
                if (key.channel().equals(listener)) {
                    for (SocketChannel each = listener.accept(); each != null; each = listener.accept()) {
                        register(selector, each, SelectionKey.OP_READ, null);
                    }
                } else if (key.channel().equals(datagrams)) {
                    room.clear();
                    for (SocketAddress from = datagrams.receive(room); from != null; from = datagrams.receive(room)) {
                        clients.add(from);
                        room.clear();
                    }
                } else {
                    echo(key, (SocketChannel) key.channel());
                }
            } catch (IOException broken) {
                System.err.println("server: " + broken);
            }
        }

        private void echo(SelectionKey key, SocketChannel flow) {
            try {
                int read = flow.read(room.clear());
                if (read < 0) {
                    flow.close();
                } else {
                    flow.write(room.flip());
                }
            } catch (IOException dead) {
                key.cancel();
            }
        }

        private void push() throws IOException {
            for (SocketAddress client : clients) {
                datagrams.send(room.clear().putLong(System.nanoTime()).flip(), client);
            }
        }
    }

    /** One flow of the client. */
    private static final class Flow {
        private final SelectableChannel channel;
        private final ByteBuffer stamp = ByteBuffer.allocate(8);
        private boolean heard;
        /** Not to be sent on before; only for TCP, whose next stamp waits for the former. */
        private long due;

        private boolean waiting;
        /** When the first stamp came that was sent since the mark. */
        private @Nullable Long arrived;

        Flow(SelectableChannel channel) {
            this.channel = channel;
        }

        boolean isTcp() {
            return channel instanceof SocketChannel;
        }

        private void say(long now) {
            ByteBuffer out = ByteBuffer.allocate(8).putLong(now).flip();
            try {
                if (channel instanceof SocketChannel tcp) {
                    tcp.write(out);
                    waiting = true;
                } else if (channel instanceof DatagramChannel udp) {
                    udp.write(out);
                }
            } catch (IOException dead) {
                waiting = true;
            }
        }

        private void read(SelectionKey key, long mark) {
            try {
                int count = channel instanceof SocketChannel tcp
                        ? tcp.read(stamp)
                        : ((DatagramChannel) channel).read(stamp);
                if (count < 0) {
                    key.cancel();
                }
            } catch (IOException dead) {
                key.cancel();
                return;
            }
            if (!stamp.hasRemaining()) {
                heard = true;
                waiting = false;
                if (stamp.getLong(0) - mark >= 0 && arrived == null) {
                    arrived = System.nanoTime();
                }
                stamp.clear();
            }
        }
    }

    private static final class Client {
        private final InetSocketAddress host;
        private final Selector selector = Selector.open();
        private final Queue<String> commands = new ConcurrentLinkedQueue<>();
        private final List<Flow> flows = new ArrayList<>();
        private long mark = System.nanoTime();
        private boolean opening;

        Client(InetSocketAddress host) throws IOException {
            this.host = host;
        }

        void run() throws IOException {
            Thread.ofPlatform().daemon().start(this::listen);
            System.out.println("ready");
            while (true) {
                selector.select(
                        key -> ((Flow) key.attachment()).read(key, mark), flows.isEmpty() ? 1_000 : TURN_MILLIS);
                for (String line = commands.poll(); line != null; line = commands.poll()) {
                    follow(line.split(" ", 3));
                }
                speak(System.nanoTime());
            }
        }

        private void listen() {
            try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    commands.add(line);
                    selector.wakeup();
                }
                System.exit(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void follow(String[] words) throws IOException {
            switch (words[0]) {
                case "open" -> open(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "mark" -> {
                    mark = System.nanoTime();
                    flows.forEach(flow -> flow.arrived = null);
                    System.out.println("marked");
                }
                case "alive" -> System.out.println("alive " + alive(true) + " " + alive(false));
                default ->
                    System.out.println("times "
                            + flows.stream()
                                    .filter(flow -> !flow.isTcp() && flow.arrived != null)
                                    .map(flow -> String.valueOf(flow.arrived))
                                    .collect(Collectors.joining(" ")));
            }
        }

        private void open(int tcp, int udp) throws IOException {
            for (int i = 0; i < tcp; i++) {
                add(SocketChannel.open(host));
            }
            for (int i = 0; i < udp; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.connect(host);
                add(channel);
            }
            opening = true;
        }

        private void add(SelectableChannel channel) throws IOException {
            Flow flow = new Flow(channel);
            register(selector, channel, SelectionKey.OP_READ, flow);
            flows.add(flow);
        }

        /** On each TCP flow from time to time; on a UDP flow until something has come. */
        private void speak(long now) {
            for (Flow flow : flows) {
                boolean silent = flow.isTcp() ? flow.waiting : flow.heard;
                if (!silent && now - flow.due >= 0) {
                    flow.due = now + PAUSE_NANOS;
                    flow.say(now);
                }
            }
            if (opening && flows.stream().allMatch(flow -> flow.heard)) {
                opening = false;
                System.out.println("opened");
            }
        }

        private long alive(boolean tcp) {
            return flows.stream()
                    .filter(flow -> flow.isTcp() == tcp && flow.arrived != null)
                    .count();
        }
    }

    private static void register(Selector selector, SelectableChannel channel, int operations, @Nullable Object flow)
            throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, operations, flow);
    }
}
