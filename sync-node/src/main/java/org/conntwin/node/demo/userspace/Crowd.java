package org.conntwin.node.demo.userspace;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.conntwin.node.demo.endpoint.TcpEndpoint;
import org.conntwin.node.demo.endpoint.Timed;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;

/** The flows that have to survive, and short connections that come and go before. Its methods may be called from any thread. */
final class Crowd {
    private static final int FIRST_PORT = 20_000;
    private static final int FIRST_SHORT_PORT = 50_000;
    private static final int MOST_SHORT = 1_000;
    /** All flows together send no more often than this in each direction, so that two cores carry them. */
    private static final int SENDS_PER_SECOND = 4_000;

    private static final long FASTEST_MICROS = 75_000;
    private static final long OPENING_NANOS = 2_000_000;
    private static final int OPENED_AT_ONCE = 5;

    private final World world;
    private final ExpectedConnections expected;
    private final DemoOptions options;
    private final SplittableRandom random;
    private final long intervalNanos;
    private final List<Talk> clients = new ArrayList<>();
    private final List<Talk> servers = new ArrayList<>();
    private final List<Exchange> shorts = new ArrayList<>();

    /**
     * How the flows stand.
     *
     * @param moving over which verified bytes came at both ends at some time
     * @param moved the same since the mark
     * @param ended TCP flows that ended at both ends, in order or not
     * @param failed flows that ended out of order at one end at least
     * @param shortOver short connections that are over
     * @param shortFailed short connections that went wrong
     */
    record Status(int moving, int moved, int ended, int failed, int shortOver, int shortFailed) {}

    /** Flows that are not begun. */
    Crowd(World world, ExpectedConnections expected, DemoOptions options) {
        this.world = world;
        this.expected = expected;
        this.options = options;
        random = new SplittableRandom(options.seed());
        intervalNanos = intervalMicros(options) * 1_000;
    }

    /** Begins to open them. */
    void open() throws DemoException {
        world.ask(now -> {
            world.timers().changed(new Opener(now));
            return true;
        });
    }

    /** Mean time between two sends of one flow in one direction. */
    static long intervalMicros(DemoOptions options) {
        long flows = (long) options.flows() + options.udpFlows();
        return Math.max(FASTEST_MICROS, flows * 1_000_000 / SENDS_PER_SECOND);
    }

    /** How many short connections come and go. */
    int shortConnections() {
        int wanted = Math.clamp(options.flows() / 5, 5, MOST_SHORT);
        return Math.min(wanted, options.flows() + options.udpFlows()); // each opens beside a flow
    }

    /** Opens a few connections at a time. */
    private final class Opener extends Timed {
        private long next;
        private int opened;

        Opener(long now) {
            next = now;
        }

        @Override
        public long deadline() {
            return next;
        }

        @Override
        public void due(long now) {
            int all = options.flows() + options.udpFlows();
            for (int i = 0; i < OPENED_AT_ONCE && opened < all; i++) {
                if (opened < options.flows()) {
                    openTcp(opened, now);
                } else {
                    openUdp(opened, now);
                }
                if (shorts.size() < shortConnections()) {
                    openShort(shorts.size(), now);
                }
                opened++;
            }
            next = opened < all ? now + OPENING_NANOS : NEVER;
        }
    }

    private void openTcp(int id, long now) {
        Tuple tuple = Addressing.tcp(FIRST_PORT + id, Addressing.STREAM_PORT);
        TcpTalk client = new TcpTalk(world, id, true, options.seed(), intervalNanos, random.split(), now);
        TcpTalk server = new TcpTalk(world, id, false, options.seed(), intervalNanos, random.split(), now);
        expected.expect(
                tuple, new VirtualHosts.Accepted(StackChoice.draw(random), server.outgoing(), server, server::use));
        TcpEndpoint own = world.clients().client(tuple, StackChoice.draw(random), client.outgoing(), client, now);
        client.use(own);
        clients.add(client);
        servers.add(server);
        world.clients().connect(own, now);
    }

    private void openUdp(int id, long now) {
        Tuple tuple = Addressing.tuple(Protocol.UDP, FIRST_PORT + id, Addressing.STREAM_PORT);
        UdpTalk client =
                new UdpTalk(world.clients(), tuple, id, true, options.seed(), intervalNanos, random.split(), now);
        UdpTalk server = new UdpTalk(
                world.servers(), tuple.inverted(), id, false, options.seed(), intervalNanos, random.split(), now);
        for (Talk talk : List.of(client, server)) {
            talk.begin(now);
            world.timers().changed(talk);
        }
        clients.add(client);
        servers.add(server);
    }

    private void openShort(int number, long now) {
        Exchange.Ending ending = switch (number % 5) {
            case 3 -> Exchange.Ending.SERVER;
            case 4 -> Exchange.Ending.RESET;
            default -> Exchange.Ending.CLIENT;
        };
        int service = ending == Exchange.Ending.SERVER ? Addressing.SINGLE_ANSWER_PORT : Addressing.ANSWER_PORT;
        Exchange exchange = new Exchange(
                world,
                Addressing.tcp(FIRST_SHORT_PORT + number, service),
                options.seed(),
                FIRST_SHORT_PORT + number,
                ending);
        shorts.add(exchange);
        exchange.begin(expected, StackChoice.draw(random), StackChoice.draw(random), now);
    }

    /** How they stand now. */
    Status status() throws DemoException {
        return world.ask(now -> {
            int moving = 0;
            int moved = 0;
            int ended = 0;
            int failed = 0;
            for (int i = 0; i < clients.size(); i++) {
                Talk client = clients.get(i);
                Talk server = servers.get(i);
                boolean broken = client.state.failed() || server.state.failed();
                boolean closed = client.state == FlowReport.State.CLOSED && server.state == FlowReport.State.CLOSED;
                moving += client.progress.received() > 0 && server.progress.received() > 0 ? 1 : 0;
                moved += client.progress.movedSinceMark() && server.progress.movedSinceMark() && !broken ? 1 : 0;
                ended += closed || broken ? 1 : 0;
                failed += broken ? 1 : 0;
            }
            int shortOver = 0;
            int shortFailed = 0;
            for (Exchange exchange : shorts) {
                shortOver += exchange.over() ? 1 : 0;
                shortFailed += exchange.failed() ? 1 : 0;
            }
            return new Status(moving, moved, ended, failed, shortOver, shortFailed);
        });
    }

    /** From now on pauses are measured, and the UDP clients are silent. */
    void arm() throws DemoException {
        each((talk, now) -> {
            talk.progress.arm();
            if (talk instanceof UdpTalk udp) {
                udp.hush();
            }
        });
    }

    /** The takeover is done: what moves from now on goes through the new firewall. */
    void mark() throws DemoException {
        each((talk, now) -> {
            if (talk instanceof UdpTalk udp) {
                udp.mark();
            } else {
                talk.progress.mark();
            }
        });
    }

    /** Lets the clients end their flows in order; the servers follow. */
    void finish() throws DemoException {
        each((talk, now) -> {
            if (talk instanceof TcpTalk tcp && tcp.client) {
                tcp.finish(now);
            } else if (talk instanceof UdpTalk) {
                talk.progress.disarm(now);
            }
        });
    }

    /** Nobody says anything any more. */
    void fallSilent() throws DemoException {
        each((talk, now) -> {
            if (talk instanceof UdpTalk) {
                talk.end(FlowReport.State.CLOSED);
            }
        });
    }

    private interface Step {
        void at(Talk talk, long now);
    }

    private void each(Step step) throws DemoException {
        world.ask(now -> {
            clients.forEach(talk -> step.at(talk, now));
            servers.forEach(talk -> step.at(talk, now));
            return true;
        });
    }

    /** How often TCP sent something again. */
    long retransmissions() throws DemoException {
        return world.ask(now -> {
            long sum = 0;
            for (List<Talk> side : List.of(clients, servers)) {
                for (Talk talk : side) {
                    sum += talk instanceof TcpTalk tcp ? tcp.retransmissions() : 0;
                }
            }
            return sum;
        });
    }

    /** What became of every flow. */
    SurvivalTable survival() throws DemoException {
        return world.ask(now -> SurvivalTable.of(
                clients.stream().map(talk -> talk.report(now)).toList(),
                servers.stream().map(talk -> talk.report(now)).toList()));
    }
}
