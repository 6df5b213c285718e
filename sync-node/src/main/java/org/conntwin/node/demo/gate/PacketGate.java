package org.conntwin.node.demo.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.Tracking;

/**
 * Forwards IP packets between two sides, a datagram each, as a stateful firewall: what belongs to a known flow passes,
 * what begins a flow passes from inside only, and for TCP only as a SYN. One thread; the counts may be read from any.
 */
final class PacketGate implements AutoCloseable {
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int MAX_PACKET = 65_535;
    private static final int BURST = 64;
    private static final int FLAGS_AT = 13;
    private static final int SYN = 0x02;
    private static final int SYN_RST_ACK = 0x16;

    private final UserspaceTable table;
    private final Selector selector;
    private final DatagramChannel inside;
    private final DatagramChannel outside;
    private final SocketAddress clients;
    private final SocketAddress servers;
    private final byte[] bytes = new byte[MAX_PACKET];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private final Thread thread;
    private volatile GateCounts counts = new GateCounts(0, 0, 0, 0, 0);
    private long passed;
    private long invalid;
    private long refused;
    private long dropped;
    private long lost;

    private PacketGate(UserspaceTable table, int clientPort, int serverPort) throws IOException {
        this.table = table;
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        clients = new InetSocketAddress(loopback, clientPort);
        servers = new InetSocketAddress(loopback, serverPort);
        selector = Selector.open();
        inside = open(loopback, selector);
        outside = open(loopback, selector);
        thread = Thread.ofPlatform().daemon().name("packet-gate").unstarted(this::run);
    }

    /**
     * Opens a gate on loopback and begins to forward.
     *
     * @param clientPort where the packets of the inside come from and go to
     * @param serverPort the same of the outside
     */
    static PacketGate open(UserspaceTable table, int clientPort, int serverPort) throws DemoException {
        try {
            PacketGate gate = new PacketGate(table, clientPort, serverPort);
            gate.thread.start();
            return gate;
        } catch (IOException e) {
            throw new DemoException("cannot open sockets on loopback: " + e.getMessage(), e);
        }
    }

    private static DatagramChannel open(InetAddress loopback, Selector selector) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.bind(new InetSocketAddress(loopback, 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        return channel;
    }

    /** The port that takes packets of the inside. */
    int insidePort() {
        return port(inside);
    }

    /** The port that takes packets of the outside. */
    int outsidePort() {
        return port(outside);
    }

    private static int port(DatagramChannel channel) {
        return channel.socket().getLocalPort();
    }

    /** What became of packets so far. */
    GateCounts counts() {
        return counts;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select();
                boolean more = true;
                while (more) {
                    more = forward(inside, clients, outside, servers, true);
                    more |= forward(outside, servers, inside, clients, false);
                    counts = new GateCounts(passed, invalid, refused, dropped, lost);
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException closed) {
            // The node stops.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forwards some packets; whether more may wait. */
    private boolean forward(
            DatagramChannel from, SocketAddress sender, DatagramChannel to, SocketAddress receiver, boolean fromInside)
            throws IOException {
        for (int i = 0; i < BURST; i++) {
            SocketAddress source = from.receive(buffer.clear());
            if (source == null) {
                return false;
            }
            // Other programs of this machine may reach the port; they are none of the hosts.
            if (source.equals(sender) && admits(buffer.position(), fromInside)) {
                send(to, receiver);
            }
        }
        return true;
    }

    /** What cannot be sent is lost, as on a line; the sender's TCP sends it again. */
    private void send(DatagramChannel to, SocketAddress receiver) {
        try {
            // Nothing sent: the socket has no room for it just now.
            if (to.send(buffer.flip(), receiver) > 0) {
                passed++;
            } else {
                lost++;
            }
        } catch (IOException refusedByTheMachine) {
            lost++;
        }
    }

    private boolean admits(int length, boolean fromInside) {
        if (reader.read(bytes, 0, length, length, packet) != PacketShape.WHOLE) {
            invalid++;
            return false;
        }
        table.arrive(packet, 0, tracking);
        if (tracking.dropped) {
            dropped++;
            return false;
        }
        boolean admitted = switch (tracking.state) {
            case ESTABLISHED, RELATED -> true;
            case NEW -> fromInside && begins();
            case INVALID, UNTRACKED -> false;
        };
        if (!admitted) {
            switch (tracking.state) {
                case NEW -> refused++;
                default -> invalid++;
            }
            return false;
        }
        table.leave(tracking);
        if (tracking.dropped) {
            dropped++;
        }
        return !tracking.dropped;
    }

    private boolean begins() {
        return packet.key.protocol != Protocol.TCP || (packet.u8(packet.transport + FLAGS_AT) & SYN_RST_ACK) == SYN;
    }

    @Override
    public void close() {
        try {
            selector.close();
            thread.join();
            inside.close();
            outside.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
