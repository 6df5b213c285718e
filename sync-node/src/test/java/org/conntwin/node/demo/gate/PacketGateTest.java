package org.conntwin.node.demo.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.conntwin.node.demo.endpoint.StackOptions;
import org.conntwin.node.demo.endpoint.TcpEndpoint;
import org.conntwin.node.demo.endpoint.TcpUser;
import org.conntwin.node.demo.endpoint.Timers;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.endpoint.Wire;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate with a real table and real sockets; the hosts' packets go by hand. */
class PacketGateTest {
    private static final Tuple TCP = Tuple.ipv4(Protocol.TCP, 0x0a4d0102, 0x0a4d0202, 4_000, 80);
    private static final Tuple UDP = Tuple.ipv4(Protocol.UDP, 0x0a4d0102, 0x0a4d0202, 4_000, 53);

    private final Deque<byte[]> sent = new ArrayDeque<>();
    private final Wire wire = (packet, now) -> {
        byte[] copy = new byte[packet.remaining()];
        packet.get(copy);
        sent.add(copy);
    };
    private final VirtualHosts servers = new VirtualHosts(
            wire,
            new Timers(),
            1,
            tuple -> new VirtualHosts.Accepted(StackOptions.USUAL, (o, t, l) -> {}, new Nobody(), endpoint -> {}));
    private final VirtualHosts clients = new VirtualHosts(wire, new Timers(), 2, tuple -> null);
    private UserspaceTable table;
    private DatagramSocket inside;
    private DatagramSocket outside;
    private PacketGate gate;

    @BeforeEach
    void open() throws Exception {
        table = UserspaceTable.open(TrackerSettings.LINUX);
        inside = new DatagramSocket(0, loopback());
        outside = new DatagramSocket(0, loopback());
        gate = PacketGate.open(table, inside.getLocalPort(), outside.getLocalPort());
    }

    @AfterEach
    void close() {
        gate.close();
        inside.close();
        outside.close();
        table.close();
    }

    @Test
    void aConnectionFromInsidePassesInBothDirectionsAndIsInTheTable() throws Exception {
        byte[] syn = syn();
        assertThat(fromInside(syn)).isEqualTo(syn);
        servers.receive(ByteBuffer.wrap(syn), 0);
        byte[] answer = sent.remove();
        assertThat(fromOutside(answer)).isEqualTo(answer);
        clients.receive(ByteBuffer.wrap(answer), 0);
        byte[] last = sent.remove();
        assertThat(fromInside(last)).isEqualTo(last);
        assertThat(table.count()).isEqualTo(1);
        // The packet is here before it is counted.
        await().untilAsserted(() -> assertThat(gate.counts().passed()).isEqualTo(3));
    }

    @Test
    void nobodyBeginsAFlowFromOutsideOrWithoutASyn() throws Exception {
        byte[] syn = syn();
        assertThat(fromOutside(syn)).as("a SYN from outside").isEmpty();
        servers.receive(ByteBuffer.wrap(syn), 0);
        clients.receive(ByteBuffer.wrap(sent.remove()), 0);
        byte[] middle = sent.remove();
        assertThat(fromInside(middle)).as("an ACK of no known flow").isEmpty();
        servers.send(UDP.inverted(), (offset, target, length) -> target.put(new byte[length]), 0, 10, 0);
        assertThat(fromOutside(sent.remove())).as("UDP from outside").isEmpty();
        assertThat(table.count()).isZero();
        assertThat(gate.counts().refused() + gate.counts().invalid()).isEqualTo(3);
    }

    @Test
    void udpFromInsideOpensTheWayForAnswers() throws Exception {
        clients.send(UDP, (offset, target, length) -> target.put(new byte[length]), 0, 10, 0);
        byte[] question = sent.remove();
        assertThat(fromInside(question)).isEqualTo(question);
        servers.send(UDP.inverted(), (offset, target, length) -> target.put(new byte[length]), 0, 10, 0);
        byte[] answer = sent.remove();
        assertThat(fromOutside(answer)).isEqualTo(answer);
    }

    @Test
    void rubbishIsInvalidAndStrangersAreNotHeard() throws Exception {
        assertThat(fromInside(new byte[] {1, 2, 3})).isEmpty();
        assertThat(gate.counts().invalid()).isEqualTo(1);
        byte[] syn = syn();
        try (DatagramSocket stranger = new DatagramSocket(0, loopback())) {
            stranger.send(new DatagramPacket(syn, syn.length, loopback(), gate.insidePort()));
        }
        assertThat(received(outside)).isEmpty();
        assertThat(gate.counts()).isEqualTo(new GateCounts(0, 1, 0, 0, 0));
    }

    @Test
    void aPacketThatTheMachineRefusesToSendIsLostAndTheGateGoesOn() throws Exception {
        byte[] syn = syn();
        // Nothing can be sent to port 0.
        try (PacketGate blind = PacketGate.open(table, inside.getLocalPort(), 0)) {
            for (long sent = 1; sent <= 2; sent++) {
                inside.send(new DatagramPacket(syn, syn.length, loopback(), blind.insidePort()));
                GateCounts counts = new GateCounts(0, 0, 0, 0, sent);
                await().untilAsserted(() -> assertThat(blind.counts()).isEqualTo(counts));
            }
        }
    }

    private byte[] syn() {
        TcpEndpoint endpoint = clients.client(TCP, StackOptions.USUAL, (o, t, l) -> {}, new Nobody(), 0);
        clients.connect(endpoint, 0);
        return sent.remove();
    }

    /** What comes out at the outside; nothing when it does not pass. */
    private byte[] fromInside(byte[] packet) throws IOException {
        inside.send(new DatagramPacket(packet, packet.length, loopback(), gate.insidePort()));
        return received(outside);
    }

    private byte[] fromOutside(byte[] packet) throws IOException {
        outside.send(new DatagramPacket(packet, packet.length, loopback(), gate.outsidePort()));
        return received(inside);
    }

    private static byte[] received(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        socket.setSoTimeout(300);
        try {
            socket.receive(packet);
            return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException nothing) {
            return new byte[0];
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** A connection's user who does nothing. */
    private static final class Nobody implements TcpUser {
        @Override
        public void established(long now) {}

        @Override
        public void received(ByteBuffer bytes, long now) {}

        @Override
        public void finished(long now) {}

        @Override
        public void closed(long now) {}

        @Override
        public void reset(long now) {}
    }
}
