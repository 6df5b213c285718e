package org.conntwin.node.demo.userspace;

import java.nio.ByteBuffer;
import org.conntwin.node.demo.endpoint.StackOptions;
import org.conntwin.node.demo.endpoint.TcpEndpoint;
import org.conntwin.node.demo.endpoint.TcpUser;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.flow.FlowStream;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/** A connection of requests and answers, both ends of it: verified bytes each way, ended as its owner wants. */
final class Exchange {
    private static final int REQUEST_BYTES = 300;
    private static final int ANSWER_BYTES = 4_000;

    /** How a connection ends. */
    enum Ending {
        /** Not by itself. */
        NONE,
        /** The client says that it is done, and the server follows. */
        CLIENT,
        /** The server says so after its answer, and the client follows. */
        SERVER,
        /** The client breaks it off after the answer. */
        RESET
    }

    private final World world;
    private final Tuple tuple;
    private final Ending ending;
    private final End client;
    private final End server;
    private int requests;
    private int answers;

    /**
     * A connection that is not begun.
     *
     * @param tuple from client to server
     * @param number what its bytes derive from, unique in the run
     */
    Exchange(World world, Tuple tuple, long seed, int number, Ending ending) {
        this.world = world;
        this.tuple = tuple;
        this.ending = ending;
        FlowStream upward = FlowStream.of(seed, number, 0);
        FlowStream downward = FlowStream.of(seed, number, 1);
        client = new End(true, downward, upward);
        server = new End(false, upward, downward);
    }

    /** Connects, and sends the first request as soon as that is done. */
    void begin(ExpectedConnections expected, StackOptions clientStack, StackOptions serverStack, long now) {
        expected.expect(
                tuple,
                new VirtualHosts.Accepted(
                        serverStack, server.outgoing::fill, server, endpoint -> server.endpoint = endpoint));
        TcpEndpoint own = world.clients().client(tuple, clientStack, client.outgoing::fill, client, now);
        client.endpoint = own;
        world.clients().connect(own, now);
    }

    /** Sends a request. */
    void request(long now) {
        TcpEndpoint own = client.endpoint;
        if (own != null) {
            requests++;
            own.write(REQUEST_BYTES, now);
            world.clients().changed(own);
        }
    }

    /** The client says that it is done; the server follows at once, or {@link #endServer} makes it. */
    void endClient(boolean serverFollows, long now) {
        server.follows = serverFollows;
        TcpEndpoint own = client.endpoint;
        if (own != null) {
            own.finish(now);
            world.clients().changed(own);
        }
    }

    /** The server says that it is done. */
    void endServer(long now) {
        TcpEndpoint own = server.endpoint;
        if (own != null) {
            own.finish(now);
            world.servers().changed(own);
        }
    }

    /** The client breaks it off. */
    void breakOff(long now) {
        TcpEndpoint own = client.endpoint;
        if (own != null) {
            client.over = true;
            own.abort(now);
        }
    }

    /** From client to server. */
    Tuple tuple() {
        return tuple;
    }

    /** Number of complete answers that the client has. */
    int answers() {
        return answers;
    }

    /** Whether both ends have ended it as was wanted; of a reset that gets lost the server never hears. */
    boolean over() {
        return client.over && (server.over || ending == Ending.RESET);
    }

    /** Whether nothing of it is left at either end. */
    boolean gone() {
        return client.over && server.over;
    }

    /** Whether it went wrong: broken off by nobody's will, or with wrong bytes. */
    boolean failed() {
        return client.failed || server.failed;
    }

    /** Whether nothing is under way. */
    boolean quiet() {
        TcpEndpoint one = client.endpoint;
        TcpEndpoint other = server.endpoint;
        return one != null && other != null && one.quiet() && other.quiet() && answers == requests;
    }

    /** How often either end sent something again. */
    long retransmissions() {
        TcpEndpoint one = client.endpoint;
        TcpEndpoint other = server.endpoint;
        return (one == null ? 0 : one.retransmissions()) + (other == null ? 0 : other.retransmissions());
    }

    private final class End implements TcpUser {
        private final boolean isClient;
        private final FlowStream incoming;
        private final FlowStream outgoing;
        private @Nullable TcpEndpoint endpoint;
        private boolean follows = true;
        private boolean over;
        private boolean failed;
        private long received;

        End(boolean isClient, FlowStream incoming, FlowStream outgoing) {
            this.isClient = isClient;
            this.incoming = incoming;
            this.outgoing = outgoing;
        }

        @Override
        public void established(long now) {
            if (isClient) {
                request(now);
            }
        }

        @Override
        public void received(ByteBuffer bytes, long now) {
            int count = bytes.remaining();
            failed |= !incoming.matches(received, bytes);
            int unit = isClient ? ANSWER_BYTES : REQUEST_BYTES;
            long before = received / unit;
            received += count;
            TcpEndpoint own = endpoint;
            if (own == null) {
                return;
            }
            own.read(now);
            for (long complete = before; complete < received / unit; complete++) {
                if (isClient) {
                    answered(now);
                } else {
                    own.write(ANSWER_BYTES, now);
                    if (ending == Ending.SERVER) {
                        own.finish(now);
                    }
                }
            }
        }

        private void answered(long now) {
            answers++;
            if (ending == Ending.CLIENT) {
                endClient(true, now);
            } else if (ending == Ending.RESET) {
                breakOff(now);
            }
        }

        @Override
        public void finished(long now) {
            TcpEndpoint own = endpoint;
            if (follows && own != null) {
                own.finish(now);
            }
        }

        @Override
        public void closed(long now) {
            over = true;
        }

        @Override
        public void reset(long now) {
            boolean wanted = !isClient && client.over;
            over = wanted;
            failed |= !wanted;
        }
    }
}
