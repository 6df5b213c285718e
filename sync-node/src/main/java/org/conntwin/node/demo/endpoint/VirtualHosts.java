package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.jspecify.annotations.Nullable;

/** All hosts of one side of the firewalls: gives packets to the endpoints they are for, and answers for those that are gone. */
public final class VirtualHosts {
    private static final int UDP_HEADER = 8;
    private static final int MAX_PACKET = 65_535;
    private static final ByteSource NOTHING = (offset, target, length) -> {};

    /** Decides on connections that come in. */
    public interface Listener {
        /** What is to become of a connection to this port, {@code tuple} from the server to the client; null refuses it. */
        @Nullable
        Accepted accept(Tuple tuple);
    }

    /**
     * An accepted connection.
     *
     * @param source what the server has to say
     * @param user what uses it; it is told its endpoint by {@code ready}
     */
    public record Accepted(StackOptions options, ByteSource source, TcpUser user, Ready ready) {}

    /** Takes the endpoint of an accepted connection before anything else happens to it. */
    public interface Ready {
        /** The endpoint. */
        void endpoint(TcpEndpoint endpoint);
    }

    private final Wire wire;
    private final Timers timers;
    private final FirstNumbers numbers;
    private final Listener listener;
    private final Map<Tuple, TcpEndpoint> connections = new HashMap<>();
    private final Map<Tuple, DatagramUser> datagrams = new HashMap<>();
    private final PacketWriter writer = new PacketWriter();
    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    private final byte[] bytes = new byte[MAX_PACKET];
    private long damaged;

    /**
     * Hosts without any endpoint.
     *
     * @param wire takes their packets
     * @param timers wake their endpoints
     * @param secret what their sequence numbers derive from
     * @param listener asked for every connection to a host of this side
     */
    public VirtualHosts(Wire wire, Timers timers, long secret, Listener listener) {
        this.wire = wire;
        this.timers = timers;
        this.numbers = new FirstNumbers(secret);
        this.listener = listener;
    }

    /**
     * An endpoint for a new connection; {@link #connect} begins it.
     *
     * @param tuple from here to the server
     */
    public TcpEndpoint client(Tuple tuple, StackOptions options, ByteSource source, TcpUser user, long now) {
        return new TcpEndpoint(tuple, options, numbers.of(tuple, now), source, user, wire, writer);
    }

    /** Sends the SYN. An older connection of the same tuple is forgotten, as a host that uses a port again does. */
    public void connect(TcpEndpoint endpoint, long now) {
        connections.put(endpoint.tuple().inverted(), endpoint);
        endpoint.connect(now);
        timers.changed(endpoint);
    }

    /** To be called after an endpoint was told to do something: its deadline may be nearer. */
    public void changed(TcpEndpoint endpoint) {
        timers.changed(endpoint);
    }

    /** Gives datagrams that answer {@code tuple} to a user. */
    public void bind(Tuple tuple, DatagramUser user) {
        datagrams.put(tuple.inverted(), user);
    }

    /** Sends a datagram. */
    public void send(Tuple tuple, ByteSource data, long offset, int length, long now) {
        wire.send(writer.udp(tuple, data, offset, length), now);
    }

    /** Packets whose headers or checksums were wrong: nobody on the way may make any. */
    public long damaged() {
        return damaged;
    }

    /** A packet came: what stands between position and limit. */
    public void receive(ByteBuffer received, long now) {
        int length = Math.min(received.remaining(), bytes.length);
        received.get(bytes, 0, length);
        if (reader.read(bytes, 0, length, length, packet) != PacketShape.WHOLE) {
            damaged++;
            return;
        }
        switch (packet.key.protocol) {
            case Protocol.TCP -> receiveSegment(now);
            case Protocol.UDP -> receiveDatagram(now);
            default -> damaged++;
        }
    }

    private void receiveSegment(long now) {
        Segment segment = SegmentReader.read(packet);
        if (segment == null) {
            damaged++;
            return;
        }
        TcpEndpoint endpoint = connections.get(segment.tuple());
        boolean begins = segment.has(Segment.SYN) && !segment.has(Segment.ACK | Segment.RST);
        if (endpoint != null && !over(endpoint, begins)) {
            endpoint.receive(segment, now);
            timers.changed(endpoint);
        } else if (begins) {
            accept(segment, now);
        } else if (!segment.has(Segment.RST)) {
            refuse(segment, now);
        }
        if (endpoint != null && endpoint.state() == TcpEndpoint.State.CLOSED) {
            connections.remove(segment.tuple(), endpoint);
        }
    }

    private static boolean over(TcpEndpoint endpoint, boolean begins) {
        return endpoint.state() == TcpEndpoint.State.CLOSED
                || (begins && endpoint.state() == TcpEndpoint.State.TIME_WAIT);
    }

    private void accept(Segment syn, long now) {
        Tuple tuple = syn.tuple().inverted();
        Accepted accepted = listener.accept(tuple);
        if (accepted == null) {
            refuse(syn, now);
            return;
        }
        TcpEndpoint endpoint = new TcpEndpoint(
                tuple, accepted.options, numbers.of(tuple, now), accepted.source, accepted.user, wire, writer);
        connections.put(syn.tuple(), endpoint);
        accepted.ready.endpoint(endpoint);
        endpoint.accept(syn, now);
        timers.changed(endpoint);
    }

    /** Says that there is no such connection (RFC 9293, 3.10.7.1). */
    private void refuse(Segment segment, long now) {
        boolean numbered = segment.has(Segment.ACK);
        ByteBuffer reset = writer.tcp(
                segment.tuple().inverted(),
                numbered ? segment.acknowledgment() : 0,
                numbered ? 0 : segment.sequence() + segment.span(),
                numbered ? Segment.RST : Segment.RST | Segment.ACK,
                0,
                TcpOptionBytes.NONE,
                NOTHING,
                0,
                0);
        wire.send(reset, now);
    }

    private void receiveDatagram(long now) {
        int header = packet.transport;
        int length = packet.transportLength();
        if (length < UDP_HEADER
                || packet.u16(header + 4) != length
                || !Checksums.transportValid(packet, Protocol.UDP)) {
            damaged++;
            return;
        }
        packet.key.keys = packet.i32(header);
        DatagramUser user = datagrams.get(packet.key.tuple());
        if (user != null) {
            user.received(ByteBuffer.wrap(packet.bytes, header + UDP_HEADER, length - UDP_HEADER), now);
        }
    }
}
