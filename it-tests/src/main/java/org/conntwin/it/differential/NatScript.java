package org.conntwin.it.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Ends;
import org.conntwin.it.wire.Icmp;
import org.conntwin.it.wire.Ip;
import org.conntwin.it.wire.Sctp;
import org.conntwin.it.wire.TcpSegment;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.track.NatRule;

/** Packets through a router that translates, with its rules in nft's words and in the tracker's. */
final class NatScript {
    private static final int WINDOW = 60_000;

    final String name;
    final String prerouting;
    final String postrouting;
    final List<NatRule> rules;
    final List<byte[]> packets = new ArrayList<>();
    /** Whether ports are chosen by chance: only their class is compared, and that each is another one. */
    boolean chance;
    /** Whether it ends as soon as a port was chosen by chance. */
    boolean untilChance;

    /** One without packets yet. */
    NatScript(String name, String prerouting, String postrouting, NatRule... rules) {
        this.name = name;
        this.prerouting = prerouting;
        this.postrouting = postrouting;
        this.rules = List.of(rules);
    }

    /** Ports are chosen by chance. */
    NatScript byChance() {
        chance = true;
        return this;
    }

    /** A packet as it is, but for its number. */
    NatScript send(byte[] packet) {
        Ip.number(packet, packets.size() + 1);
        packets.add(packet);
        return this;
    }

    /** A segment; flags of {@link TcpSegment}. */
    NatScript tcp(String from, int port, String to, int toPort, int flags, long sequence, long ack, String data) {
        return tcp(from, port, to, toPort, flags, sequence, ack, data, new byte[0]);
    }

    NatScript tcp(
            String from,
            int port,
            String to,
            int toPort,
            int flags,
            long sequence,
            long ack,
            String data,
            byte[] more) {
        return send(segment(from, port, to, toPort, flags, sequence, ack, data, more));
    }

    /** A segment as bytes, to be quoted. */
    static byte[] segment(
            String from,
            int port,
            String to,
            int toPort,
            int flags,
            long sequence,
            long ack,
            String data,
            byte[] more) {
        TcpSegment segment = new TcpSegment();
        segment.sourcePort = port;
        segment.destinationPort = toPort;
        segment.flags = flags;
        segment.sequence = (int) sequence;
        segment.acknowledgment = (int) ack;
        segment.window = WINDOW;
        segment.options = more;
        segment.data = data.getBytes(StandardCharsets.ISO_8859_1);
        return segment.packet(Ends.between(from, to), false);
    }

    /** The three segments that open a connection, the answer coming from what the client is known as. */
    NatScript open(String client, int port, String server, int serverPort, End answered, End answering) {
        return tcp(client, port, server, serverPort, TcpSegment.SYN, 1_000, 0, "")
                .tcp(
                        answering.address,
                        answering.port,
                        answered.address,
                        answered.port,
                        TcpSegment.SYN | TcpSegment.ACK,
                        5_000,
                        1_001,
                        "")
                .tcp(client, port, server, serverPort, TcpSegment.ACK, 1_001, 5_001, "");
    }

    /** An address and a port. */
    record End(String address, int port) {}

    NatScript udp(String from, int port, String to, int toPort, int length) {
        return send(datagram(from, port, to, toPort, length, Udp.Sum.RIGHT));
    }

    NatScript unsummed(String from, int port, String to, int toPort, int length) {
        return send(datagram(from, port, to, toPort, length, Udp.Sum.NONE));
    }

    /** A datagram that carries text. */
    NatScript says(String from, int port, String to, int toPort, String text) {
        Ends ends = Ends.between(from, to);
        byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
        return send(Ip.packet(ends, false, Protocol.UDP, Udp.datagram(ends, false, port, toPort, data)));
    }

    static byte[] datagram(String from, int port, String to, int toPort, int length, Udp.Sum sum) {
        Ends ends = Ends.between(from, to);
        byte[] data = Bytes.filler(length);
        return Ip.packet(ends, false, Protocol.UDP, Udp.datagram(ends, false, port, toPort, data, 8 + length, sum));
    }

    NatScript lite(String from, int port, String to, int toPort, int length, int coverage) {
        Ends ends = Ends.between(from, to);
        byte[] data = Bytes.filler(length);
        byte[] datagram = Udp.lite(ends, false, port, toPort, data, coverage, Protocol.UDP, Udp.Sum.RIGHT);
        return send(Ip.packet(ends, false, Protocol.UDPLITE, datagram));
    }

    NatScript sctp(String from, int port, String to, int toPort, int tag, byte[] chunk) {
        return send(
                Ip.packet(Ends.between(from, to), false, Protocol.SCTP, Sctp.packet(port, toPort, tag, false, chunk)));
    }

    NatScript icmp(String from, String to, int type, int code, int rest, byte[] body) {
        return send(message(from, to, type, code, rest, body));
    }

    static byte[] message(String from, String to, int type, int code, int rest, byte[] body) {
        Ends ends = Ends.between(from, to);
        return Ip.packet(ends, false, ends.icmp(), Icmp.message(ends, false, type, code, rest, body, false));
    }

    NatScript other(int protocol, String from, String to, byte[] payload) {
        return send(Ip.packet(Ends.between(from, to), false, protocol, payload));
    }
}
