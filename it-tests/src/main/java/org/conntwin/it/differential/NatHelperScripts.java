package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.FRONT;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.SECOND;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.address;
import static org.conntwin.it.differential.NatNetwork.destination;
import static org.conntwin.it.differential.NatNetwork.source;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.wire.TcpSegment.ACK;
import static org.conntwin.it.wire.TcpSegment.SYN;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.Payload;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;

/** Conversations that helpers listen to, through a router that translates. */
final class NatHelperScripts {
    /** What sources of traces become: of as many digits as they are. */
    private static final int SHIFT = 60;

    private NatHelperScripts() {}

    static List<NatScript> all() {
        return List.of(irc(), ircBehind(), amanda(), tftp(), pptp(), pptpFromServer());
    }

    private static NatScript irc() {
        NatScript script = throughGate("irc");
        script.open(CLIENT, 4_000, SERVER, 6_667, new End(GATE, 4_000), new End(SERVER, 6_667));
        String offer = "PRIVMSG you :\1DCC SEND file 171966466 5000\1\r\n";
        String longer = "PRIVMSG you :\1DCC SEND file 178257921 5000 12345\1\r\n";
        return script.tcp(CLIENT, 4_000, SERVER, 6_667, ACK, 1_001, 5_001, offer)
                .tcp(SECOND, 3_333, GATE, 5_000, SYN, 1, 0, "")
                .tcp(CLIENT, 5_000, SECOND, 3_333, SYN | ACK, 1, 2, "")
                // One that does not know where it is: the address is shorter than what it becomes.
                .tcp(CLIENT, 4_000, SERVER, 6_667, ACK, 1_001 + offer.length(), 5_001, longer)
                .tcp(SERVER, 6_667, GATE, 4_000, ACK, 5_001, 1_001 + offer.length() + longer.length(), "hi\r\n")
                .tcp(
                        CLIENT,
                        4_000,
                        SERVER,
                        6_667,
                        ACK,
                        1_001 + offer.length() + longer.length(),
                        5_005,
                        "PRIVMSG you :\1DCC CHAT chat   0171966466    5001\1\r\n")
                .tcp(SECOND, 3_334, GATE, 5_001, SYN, 1, 0, "");
    }

    /** The server is translated: its clients are known as they are. */
    private static NatScript ircBehind() {
        NatScript script = new NatScript(
                "irc-behind",
                "ip daddr 10.160.0.80 tcp dport 6667 dnat ip to 10.128.0.2",
                "",
                destination(FRONT, Protocol.TCP, 6_667, SERVER, 0));
        return script.open(CLIENT, 4_000, FRONT, 6_667, new End(CLIENT, 4_000), new End(SERVER, 6_667))
                .tcp(
                        CLIENT,
                        4_000,
                        FRONT,
                        6_667,
                        ACK,
                        1_001,
                        5_001,
                        "PRIVMSG you :\1DCC SEND file 171966466  5000\1\r\n")
                .tcp(SECOND, 3_333, CLIENT, 5_000, SYN, 1, 0, "")
                .tcp(CLIENT, 5_000, SECOND, 3_333, SYN | ACK, 1, 2, "");
    }

    private static NatScript amanda() {
        return new NatScript(
                        "amanda",
                        "ip daddr 10.160.0.80 udp dport 10080 dnat ip to 10.128.0.2",
                        "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1",
                        destination(FRONT, Protocol.UDP, 10_080, SERVER, 0),
                        source("10.64.0.0/16", GATE, 0, 0))
                .says(CLIENT, 700, FRONT, 10_080, "Amanda 2.4 REQ HANDLE 000-00000000 SEQ 1\n")
                .says(
                        SERVER,
                        10_080,
                        GATE,
                        700,
                        "Amanda 2.4 REP HANDLE 0 SEQ 1\nCONNECT DATA 01025 MESG 1026 INDEX 070\nOPTIONS ;\n")
                .tcp(CLIENT, 5_000, FRONT, 1_025, SYN, 1, 0, "")
                .tcp(SERVER, 1_025, GATE, 5_000, SYN | ACK, 1, 2, "")
                .tcp(CLIENT, 5_001, FRONT, 1_026, SYN, 1, 0, "")
                .tcp(CLIENT, 5_002, FRONT, 70, SYN, 1, 0, "");
    }

    private static NatScript tftp() {
        return throughGate("tftp")
                .says(CLIENT, 2_000, SERVER, 69, "\0\1file\0octet\0")
                .says(SERVER, 3_000, GATE, 2_000, "\0\3\0\1data")
                .says(CLIENT, 2_000, SERVER, 3_000, "\0\4\0\1");
    }

    private static String control(int type, int length, int first, int second, int okAt) {
        byte[] message = new byte[12 + length];
        Bytes.put16(message, 0, message.length);
        Bytes.put16(message, 2, 1);
        Bytes.put32(message, 4, 0x1a2b3c4d);
        Bytes.put16(message, 8, type);
        Bytes.put16(message, 12, first);
        Bytes.put16(message, 14, second);
        if (okAt >= 0) {
            message[12 + okAt] = 1;
        }
        return new String(message, StandardCharsets.ISO_8859_1);
    }

    private static byte[] call(int id) {
        byte[] packet = new byte[16];
        Bytes.put16(packet, 0, 0x3001);
        Bytes.put16(packet, 2, 0x880b);
        Bytes.put16(packet, 4, packet.length - 8);
        Bytes.put16(packet, 6, id);
        return packet;
    }

    private static NatScript session(NatScript script) {
        return script.open(CLIENT, 4_000, SERVER, 1_723, new End(GATE, 4_000), new End(SERVER, 1_723))
                .tcp(CLIENT, 4_000, SERVER, 1_723, ACK, 1_001, 5_001, control(1, 144, 0, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_001, 1_157, control(2, 144, 0, 0, 2));
    }

    /** The client's call: it is known to the server by another id. */
    private static NatScript pptp() {
        NatScript script = session(throughGate("pptp"))
                .tcp(CLIENT, 4_000, SERVER, 1_723, ACK, 1_157, 5_157, control(7, 156, 77, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_157, 1_325, control(8, 20, 88, 4_000, 4));
        return script.other(Protocol.GRE, CLIENT, SERVER, call(88))
                .other(Protocol.GRE, SERVER, GATE, call(4_000))
                .other(Protocol.GRE, CLIENT, SERVER, call(88))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_189, 1_325, control(15, 12, 4_000, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_213, 1_325, control(14, 28, 4_000, 0, -1))
                .tcp(CLIENT, 4_000, SERVER, 1_723, ACK, 1_325, 5_253, control(12, 4, 77, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_253, 1_341, control(13, 136, 88, 0, -1));
    }

    /** The call's first packet is the server's; and a call that the server began. */
    private static NatScript pptpFromServer() {
        NatScript script = session(throughGate("pptp-from-server"))
                .tcp(CLIENT, 4_000, SERVER, 1_723, ACK, 1_157, 5_157, control(7, 156, 77, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_157, 1_325, control(8, 20, 88, 4_000, 4));
        return script.other(Protocol.GRE, SERVER, GATE, call(4_000))
                .other(Protocol.GRE, CLIENT, SERVER, call(88))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_189, 1_325, control(13, 136, 88, 0, -1))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_337, 1_325, control(9, 208, 99, 0, -1))
                .tcp(CLIENT, 4_000, SERVER, 1_723, ACK, 1_325, 5_557, control(10, 12, 66, 99, 4))
                .tcp(SERVER, 1_723, GATE, 4_000, ACK, 5_557, 1_349, control(11, 16, 66, 0, -1))
                .other(Protocol.GRE, CLIENT, SERVER, call(99))
                .other(Protocol.GRE, SERVER, GATE, call(66));
    }

    /**
     * A trace of the comparison without translation, its server answering what it sees.
     *
     * @param even whether what the clients become has as many digits as they have: texts keep their lengths then, and
     *     the server tells the address that it sees
     */
    static NatScript translated(Trace trace, boolean even) {
        int client = client(trace);
        String own = dotted(client);
        String gate = even ? dotted(client + (SHIFT << 16)) : GATE;
        NatScript script = new NatScript(
                trace.name(), "", "ip saddr 10.64.0.0/10 snat ip to " + gate, source("10.64.0.0/10", gate, 0, 0));
        script.untilChance = true;
        Rewriting rewriting = new Rewriting();
        PacketReader reader = new PacketReader(false);
        Packet packet = new Packet();
        TupleKey to = new TupleKey();
        to.destinationLow = address(gate).low();
        for (Trace.Step step : trace.steps()) {
            byte[] bytes = step.packet().clone();
            boolean fromServer = (bytes[13] & 0xc0) != 0x40;
            if (fromServer
                    && reader.read(bytes, 0, bytes.length, bytes.length, packet) == PacketShape.WHOLE
                    && packet.transportLength() >= 8) {
                boolean gre = packet.key.protocol == Protocol.GRE;
                to.keys = packet.u16(packet.transport + (gre ? 6 : 2));
                rewriting.end(packet, false, to);
                if (even) {
                    seen(rewriting, packet, own, gate);
                }
            }
            script.send(bytes);
        }
        return script;
    }

    /** What a server says of a client, it says of what it sees. */
    private static void seen(Rewriting rewriting, Packet packet, String own, String gate) {
        Payload payload = new Payload();
        if (!payload.read(packet)) {
            return;
        }
        int at = payload.index(0);
        String text = new String(packet.bytes, at, payload.length(), StandardCharsets.ISO_8859_1);
        byte[] other = text.replace(own, gate).getBytes(StandardCharsets.ISO_8859_1);
        rewriting.payload(packet, at, other.length, other);
    }

    private static int client(Trace trace) {
        for (Trace.Step step : trace.steps()) {
            byte[] packet = step.packet();
            if ((packet[13] & 0xc0) == 0x40) {
                return Bytes.get32(packet, 12);
            }
        }
        return 0;
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
