package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.conntwin.node.demo.flow.FlowStream;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/** Two sides with a line between them, in a time that runs as fast as it is computed. */
final class SimulatedNetwork {
    static final long MILLI = 1_000_000L;
    static final int PORT = 80;
    private static final long LATENCY = MILLI;

    private record Flight(long at, long number, boolean toServer, ByteBuffer packet) {}

    final Timers timers = new Timers();
    final Map<Tuple, Peer> servers = new HashMap<>();
    final List<byte[]> seen = new ArrayList<>();
    final Line toServer;
    final Line toClient;
    final VirtualHosts clients;
    final VirtualHosts hosts;
    StackOptions serverOptions = StackOptions.USUAL;
    boolean cut;
    long now;
    private final PriorityQueue<Flight> flights =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.number, b.number));
    private long number;

    SimulatedNetwork(Line.Quality quality, long seed) {
        toServer = new Line((packet, at) -> fly(packet, true), timers, quality, seed);
        toClient = new Line((packet, at) -> fly(packet, false), timers, quality, seed + 1);
        clients = new VirtualHosts(toServer, timers, seed, tuple -> null);
        hosts = new VirtualHosts(toClient, timers, seed + 2, this::accept);
    }

    private VirtualHosts.@Nullable Accepted accept(Tuple tuple) {
        if (tuple.sourceKey() != PORT) {
            return null;
        }
        int flow = tuple.destinationKey();
        Peer server = new Peer(hosts, FlowStream.of(1, flow, 0));
        servers.put(tuple.inverted(), server);
        return new VirtualHosts.Accepted(
                serverOptions, FlowStream.of(1, flow, 1)::fill, server, endpoint -> server.endpoint = endpoint);
    }

    private void fly(ByteBuffer packet, boolean server) {
        byte[] copy = new byte[packet.remaining()];
        packet.get(copy);
        seen.add(copy);
        if (!cut) {
            flights.add(new Flight(now + LATENCY, number++, server, ByteBuffer.wrap(copy)));
        }
    }

    static Tuple tuple(int port) {
        return Tuple.ipv4(Protocol.TCP, 0x0a4d0102, 0x0a4d0202, port, PORT);
    }

    /** Connects from a port. */
    Peer connect(Tuple tuple, StackOptions options) {
        Peer client = new Peer(clients, FlowStream.of(1, tuple.sourceKey(), 1));
        client.endpoint = clients.client(tuple, options, FlowStream.of(1, tuple.sourceKey(), 0)::fill, client, now);
        clients.connect(client.endpoint, now);
        return client;
    }

    Peer server(Peer client) {
        Peer server = servers.get(client.endpoint().tuple());
        if (server == null) {
            throw new AssertionError(
                    "the server never heard of " + client.endpoint().tuple());
        }
        return server;
    }

    /** Lets time pass until the condition holds; false when it does not within the limit. */
    boolean runUntil(BooleanSupplier condition, long limitNanos) {
        long end = now + limitNanos;
        while (!condition.getAsBoolean()) {
            Flight flight = flights.peek();
            long next = Math.min(flight == null ? Timed.NEVER : flight.at, timers.next());
            if (next > end) {
                now = end;
                return condition.getAsBoolean();
            }
            now = Math.max(now, next);
            if (flight != null && flight.at <= now) {
                flights.poll();
                (flight.toServer ? hosts : clients).receive(flight.packet, now);
            }
            timers.run(now);
        }
        return true;
    }

    void run(long nanos) {
        runUntil(() -> false, nanos);
    }

    /** One end's user: verifies what comes and notes what happens. */
    final class Peer implements TcpUser {
        private final VirtualHosts home;
        private final FlowStream expected;
        private @Nullable TcpEndpoint endpoint;
        long received;
        boolean corrupted;
        boolean established;
        boolean finished;
        boolean closed;
        boolean reset;
        boolean reading = true;
        boolean finishesBack = true;

        Peer(VirtualHosts home, FlowStream expected) {
            this.home = home;
            this.expected = expected;
        }

        TcpEndpoint endpoint() {
            if (endpoint == null) {
                throw new AssertionError("no endpoint");
            }
            return endpoint;
        }

        void write(int bytes) {
            endpoint().write(bytes, now);
            home.changed(endpoint());
        }

        void finish() {
            endpoint().finish(now);
            home.changed(endpoint());
        }

        void read() {
            endpoint().read(now);
            home.changed(endpoint());
        }

        @Override
        public void established(long at) {
            established = true;
        }

        @Override
        public void received(ByteBuffer bytes, long at) {
            int count = bytes.remaining();
            corrupted |= !expected.matches(received, bytes);
            received += count;
            if (reading) {
                endpoint().read(at);
            }
        }

        @Override
        public void finished(long at) {
            finished = true;
            if (finishesBack) {
                endpoint().finish(at);
            }
        }

        @Override
        public void closed(long at) {
            closed = true;
        }

        @Override
        public void reset(long at) {
            reset = true;
        }
    }
}
