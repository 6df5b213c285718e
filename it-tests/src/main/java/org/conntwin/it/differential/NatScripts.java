package org.conntwin.it.differential;

import static org.conntwin.it.wire.TcpSegment.ACK;
import static org.conntwin.it.wire.TcpSegment.FIN;
import static org.conntwin.it.wire.TcpSegment.RST;
import static org.conntwin.it.wire.TcpSegment.SYN;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Sctp;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.NatRule.Kind;
import org.jspecify.annotations.Nullable;

/** What is sent through a router that translates, where nothing is left to chance. */
final class NatScripts {
    private static final String CLIENT = "10.64.0.2";
    private static final String OTHER = "10.64.0.3";
    private static final String SERVER = "10.128.0.2";
    private static final String SECOND = "10.128.0.3";
    private static final String ROUTER = "10.192.0.9";
    /** What sources become. */
    private static final String GATE = "10.160.0.1";
    /** What clients know a server by. */
    private static final String FRONT = "10.160.0.80";

    private static final String CLIENT6 = "fd64::2";
    private static final String SERVER6 = "fd80::2";
    private static final String ROUTER6 = "fdc0::9";
    private static final String GATE6 = "fda0::1";

    private NatScripts() {}

    static List<NatScript> all() {
        return List.of(
                sources(),
                sources6(),
                destinations(),
                bothEnds(),
                errors(),
                errors6(),
                masquerade(),
                onePort(),
                twoPorts(),
                twoPortsReset(),
                classes(),
                classesOfIds(),
                manyPorts(),
                ftpActive(),
                ftpPassive(),
                ftpExtended(),
                ftpExtended6(),
                nothingMatches());
    }

    private static NatScript sources() {
        NatScript script = new NatScript(
                "sources", "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0));
        script.open(CLIENT, 4_000, SERVER, 80, new End(GATE, 4_000), new End(SERVER, 80))
                .tcp(CLIENT, 4_000, SERVER, 80, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n")
                .tcp(SERVER, 80, GATE, 4_000, ACK, 5_001, 1_019, "hello")
                .tcp(SERVER, 80, GATE, 4_000, ACK | FIN, 5_006, 1_019, "")
                .tcp(CLIENT, 4_000, SERVER, 80, ACK | FIN, 1_019, 5_007, "")
                .tcp(SERVER, 80, GATE, 4_000, ACK, 5_007, 1_020, "");
        for (int length : new int[] {0, 1, 2, 33}) {
            script.udp(CLIENT, 53, SERVER, 53, length)
                    .udp(SERVER, 53, GATE, 53, length)
                    .unsummed(CLIENT, 54, SERVER, 54, length)
                    .unsummed(SERVER, 54, GATE, 54, length)
                    .lite(CLIENT, 55, SERVER, 55, length, 0)
                    .lite(SERVER, 55, GATE, 55, length, 8);
        }
        return script.sctp(CLIENT, 7, SERVER, 8, 0, Sctp.init(Sctp.INIT, 77))
                .sctp(SERVER, 8, GATE, 7, 77, Sctp.init(Sctp.INIT_ACK, 88))
                .icmp(CLIENT, SERVER, 8, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(SERVER, GATE, 0, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(CLIENT, SERVER, 13, 0, 0x1235_0001, Bytes.filler(12))
                .icmp(SERVER, GATE, 14, 0, 0x1235_0001, Bytes.filler(12))
                .other(99, CLIENT, SERVER, Bytes.filler(21))
                .other(99, SERVER, GATE, Bytes.filler(21))
                .other(Protocol.GRE, CLIENT, SERVER, new byte[] {0, 0, 8, 0, 1, 2, 3, 4})
                .other(Protocol.GRE, SERVER, GATE, new byte[] {0, 0, 8, 0, 1, 2, 3, 4})
                .other(Protocol.GRE, CLIENT, SERVER, new byte[] {0x20, 1, (byte) 0x88, 0x0b, 0, 0, 0, 7})
                .udp(SERVER, 99, GATE, 99, 5);
    }

    /** A trace of the comparison without translation, its server answering what it sees. */
    static NatScript translated(Trace trace) {
        NatScript script = new NatScript(
                trace.name(), "", "ip saddr 10.64.0.0/10 snat ip to 10.160.0.1", source("10.64.0.0/10", GATE, 0, 0));
        script.untilChance = true;
        Rewriting rewriting = new Rewriting();
        PacketReader reader = new PacketReader(false);
        Packet packet = new Packet();
        TupleKey to = new TupleKey();
        to.destinationLow = address(GATE).low();
        for (Trace.Step step : trace.steps()) {
            byte[] bytes = step.packet().clone();
            boolean fromServer = (bytes[13] & 0xc0) != 0x40;
            if (fromServer
                    && reader.read(bytes, 0, bytes.length, bytes.length, packet) == PacketShape.WHOLE
                    && packet.transportLength() >= 6) {
                boolean icmp = packet.key.protocol == Protocol.ICMP;
                to.keys = packet.u16(packet.transport + (icmp ? 4 : 2)) << (icmp ? 16 : 0);
                rewriting.end(packet, false, to);
            }
            script.send(bytes);
        }
        return script;
    }

    private static NatScript sources6() {
        return new NatScript(
                        "sources6", "", "ip6 saddr fd64::/16 snat ip6 to fda0::1", source("fd64::/16", GATE6, 0, 0))
                .open(CLIENT6, 4_000, SERVER6, 80, new End(GATE6, 4_000), new End(SERVER6, 80))
                .tcp(CLIENT6, 4_000, SERVER6, 80, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n")
                .udp(CLIENT6, 53, SERVER6, 53, 33)
                .udp(SERVER6, 53, GATE6, 53, 1)
                .lite(CLIENT6, 55, SERVER6, 55, 20, 0)
                .lite(SERVER6, 55, GATE6, 55, 20, 8)
                .sctp(CLIENT6, 7, SERVER6, 8, 0, Sctp.init(Sctp.INIT, 77))
                .sctp(SERVER6, 8, GATE6, 7, 77, Sctp.init(Sctp.INIT_ACK, 88))
                .icmp(CLIENT6, SERVER6, 128, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(SERVER6, GATE6, 129, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(CLIENT6, SERVER6, 139, 0, 0x1234_0001, Bytes.filler(24))
                .icmp(SERVER6, GATE6, 140, 0, 0x1234_0001, Bytes.filler(24))
                .other(99, CLIENT6, SERVER6, Bytes.filler(21))
                .other(99, SERVER6, GATE6, Bytes.filler(21));
    }

    private static NatScript destinations() {
        return new NatScript(
                        "destinations",
                        """
                        ip daddr 10.160.0.80 tcp dport 8080 dnat ip to 10.128.0.2:80
                        ip daddr 10.160.0.80 udp dport 53 dnat ip to 10.128.0.2:5353
                        ip daddr 10.160.0.80 dnat ip to 10.128.0.3""",
                        "",
                        destination(FRONT, Protocol.TCP, 8_080, SERVER, 80),
                        destination(FRONT, Protocol.UDP, 53, SERVER, 5_353),
                        destination(FRONT, -1, 0, SECOND, 0))
                .open(CLIENT, 4_000, FRONT, 8_080, new End(CLIENT, 4_000), new End(SERVER, 80))
                .tcp(CLIENT, 4_000, FRONT, 8_080, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n")
                .udp(CLIENT, 53, FRONT, 53, 12)
                .udp(SERVER, 5_353, CLIENT, 53, 13)
                .udp(CLIENT, 54, FRONT, 54, 12)
                .udp(SECOND, 54, CLIENT, 54, 13)
                .icmp(CLIENT, FRONT, 8, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(SECOND, CLIENT, 0, 0, 0x1234_0001, Bytes.filler(9))
                .other(99, CLIENT, FRONT, Bytes.filler(21))
                .other(99, SECOND, CLIENT, Bytes.filler(21));
    }

    private static NatScript bothEnds() {
        return new NatScript(
                        "both-ends",
                        "ip daddr 10.160.0.80 tcp dport 8080 dnat ip to 10.128.0.2:80",
                        "ip saddr 10.64.0.0/16 meta l4proto tcp snat ip to 10.160.0.1:2000-2000",
                        destination(FRONT, Protocol.TCP, 8_080, SERVER, 80),
                        source("10.64.0.0/16", GATE, 2_000, 2_000))
                .open(CLIENT, 4_000, FRONT, 8_080, new End(GATE, 2_000), new End(SERVER, 80))
                .tcp(CLIENT, 4_000, FRONT, 8_080, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n")
                .tcp(SERVER, 80, GATE, 2_000, ACK, 5_001, 1_019, "hello")
                .icmp(ROUTER, GATE, 3, 4, 1_280, head(seen(GATE, 2_000, SERVER, 80), 28))
                .icmp(CLIENT, FRONT, 3, 3, 0, head(seen(FRONT, 8_080, CLIENT, 4_000), 60));
    }

    private static byte[] seen(String from, int port, String to, int toPort) {
        return NatScript.segment(from, port, to, toPort, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n", new byte[0]);
    }

    private static byte[] head(byte[] packet, int length) {
        return Arrays.copyOf(packet, Math.min(packet.length, length));
    }

    private static NatScript errors() {
        NatScript script = new NatScript(
                        "errors", "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0))
                .open(CLIENT, 4_000, SERVER, 80, new End(GATE, 4_000), new End(SERVER, 80))
                .udp(CLIENT, 53, SERVER, 53, 12)
                .unsummed(CLIENT, 54, SERVER, 54, 12)
                .sctp(CLIENT, 7, SERVER, 8, 0, Sctp.init(Sctp.INIT, 77))
                .icmp(CLIENT, SERVER, 8, 0, 0x1234_0001, Bytes.filler(9))
                .other(99, CLIENT, SERVER, Bytes.filler(21));
        byte[] tcp = seen(GATE, 4_000, SERVER, 80);
        for (int length : new int[] {20, 24, 27, 28, 39, 40, 41, 200}) {
            script.icmp(ROUTER, GATE, 11, 0, 0, head(tcp, length));
        }
        byte[] udp = NatScript.datagram(GATE, 53, SERVER, 53, 12, Udp.Sum.RIGHT);
        for (int length : new int[] {20, 24, 27, 28, 30, 100}) {
            script.icmp(ROUTER, GATE, 3, 1, 0, head(udp, length));
        }
        byte[] sctp = script.packets.get(5).clone();
        System.arraycopy(new byte[] {10, (byte) 160, 0, 1}, 0, sctp, 12, 4);
        return script.icmp(ROUTER, GATE, 3, 3, 0, NatScript.datagram(GATE, 54, SERVER, 54, 12, Udp.Sum.NONE))
                .icmp(SERVER, GATE, 3, 2, 0, head(sctp, 28))
                .icmp(SERVER, GATE, 3, 2, 0, head(sctp, 32))
                .icmp(SERVER, GATE, 3, 2, 0, sctp)
                .icmp(ROUTER, GATE, 11, 0, 0, NatScript.message(GATE, SERVER, 8, 0, 0x1234_0001, Bytes.filler(9)))
                .icmp(ROUTER, GATE, 5, 1, 0, head(tcp, 28))
                .icmp(CLIENT, SERVER, 3, 3, 0, head(seen(SERVER, 80, CLIENT, 4_000), 28))
                .icmp(ROUTER, SERVER, 11, 0, 0, head(seen(SERVER, 80, GATE, 4_000), 28));
    }

    private static NatScript errors6() {
        NatScript script = new NatScript(
                        "errors6", "", "ip6 saddr fd64::/16 snat ip6 to fda0::1", source("fd64::/16", GATE6, 0, 0))
                .open(CLIENT6, 4_000, SERVER6, 80, new End(GATE6, 4_000), new End(SERVER6, 80))
                .udp(CLIENT6, 53, SERVER6, 53, 12)
                .icmp(CLIENT6, SERVER6, 128, 0, 0x1234_0001, Bytes.filler(9));
        byte[] tcp = seen(GATE6, 4_000, SERVER6, 80);
        for (int length : new int[] {40, 44, 47, 48, 59, 60, 200}) {
            script.icmp(ROUTER6, GATE6, 3, 0, 0, head(tcp, length));
        }
        return script.icmp(ROUTER6, GATE6, 2, 0, 1_280, NatScript.datagram(GATE6, 53, SERVER6, 53, 12, Udp.Sum.RIGHT))
                .icmp(ROUTER6, GATE6, 1, 0, 0, NatScript.message(GATE6, SERVER6, 128, 0, 0x1234_0001, Bytes.filler(9)))
                .icmp(CLIENT6, SERVER6, 1, 4, 0, head(seen(SERVER6, 80, CLIENT6, 4_000), 48));
    }

    private static NatScript masquerade() {
        NatRule rule = new NatRule(Kind.MASQUERADE, prefix("10.64.0.0/16"), null, -1, 0, null, null, 0, 0, 0);
        return new NatScript("masquerade", "", "ip saddr 10.64.0.0/16 masquerade", rule)
                .open(CLIENT, 4_000, SERVER, 80, new End(NatComparison.OWN, 4_000), new End(SERVER, 80))
                .udp(CLIENT, 53, SERVER, 53, 33)
                .udp(SERVER, 53, NatComparison.OWN, 53, 34)
                .icmp(CLIENT, SERVER, 8, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(SERVER, NatComparison.OWN, 0, 0, 0x1234_0001, Bytes.filler(9));
    }

    private static NatScript onePort() {
        return new NatScript(
                        "one-port",
                        "",
                        "ip saddr 10.64.0.0/16 meta l4proto {tcp, udp} snat ip to 10.160.0.1:5000-5000",
                        source("10.64.0.0/16", GATE, 5_000, 5_000))
                .udp(CLIENT, 53, SERVER, 53, 1)
                .udp(SERVER, 53, GATE, 5_000, 2)
                // The same source elsewhere, then another one: the port is free towards both.
                .udp(CLIENT, 53, SECOND, 53, 3)
                .udp(OTHER, 99, SERVER, 54, 4)
                // Here it is not, and there is no other.
                .udp(OTHER, 99, SERVER, 53, 5)
                .udp(OTHER, 99, SERVER, 53, 5)
                .tcp(CLIENT, 4_000, SERVER, 80, SYN, 1, 0, "")
                .tcp(OTHER, 4_000, SERVER, 80, SYN, 1, 0, "");
    }

    /** A range of two ports, and connections that are over: they make room for a SYN that is ahead of them. */
    private static NatScript twoPorts() {
        NatScript script = new NatScript(
                        "two-ports",
                        "",
                        "ip saddr 10.64.0.0/16 meta l4proto tcp snat ip to 10.160.0.1:5000-5001",
                        source("10.64.0.0/16", GATE, 5_000, 5_001))
                .byChance();
        for (int port = 5_000; port < 5_002; port++) {
            script.open(CLIENT, port, SERVER, 80, new End(GATE, port), new End(SERVER, 80))
                    .tcp(CLIENT, port, SERVER, 80, ACK | FIN, 1_001, 5_001, "")
                    .tcp(SERVER, 80, GATE, port, ACK | FIN, 5_001, 1_002, "")
                    .tcp(CLIENT, port, SERVER, 80, ACK, 1_002, 5_002, "");
        }
        return script.tcp(OTHER, 5_000, SERVER, 80, SYN, 500, 0, "")
                .tcp(OTHER, 5_001, SECOND, 80, SYN, 500, 0, "")
                .tcp(OTHER, 5_001, SERVER, 80, SYN, 9_000, 0, "");
    }

    /** Connections that ended by a reset make room, too; but none does for a SYN that is behind it. */
    private static NatScript twoPortsReset() {
        NatScript script = new NatScript(
                        "two-ports-reset",
                        "",
                        "ip saddr 10.64.0.0/16 meta l4proto tcp snat ip to 10.160.0.1:5000-5001",
                        source("10.64.0.0/16", GATE, 5_000, 5_001))
                .byChance();
        for (int port = 5_000; port < 5_002; port++) {
            script.open(CLIENT, port, SERVER, 80, new End(GATE, port), new End(SERVER, 80))
                    .tcp(SERVER, 80, GATE, port, RST, 5_001, 0, "");
        }
        script.tcp(OTHER, 5_000, SERVER, 80, SYN, 9_000, 0, "");
        for (int port = 5_000; port < 5_002; port++) {
            script.open(CLIENT, port, SECOND, 80, new End(GATE, port), new End(SECOND, 80))
                    .tcp(CLIENT, port, SECOND, 80, ACK | FIN, 1_001, 5_001, "")
                    .tcp(SECOND, 80, GATE, port, ACK | FIN, 5_001, 1_002, "")
                    .tcp(CLIENT, port, SECOND, 80, ACK, 1_002, 5_002, "");
        }
        return script.tcp(OTHER, 5_000, SECOND, 80, SYN, 500, 0, "").tcp(OTHER, 5_000, SECOND, 80, SYN, 9_000, 0, "");
    }

    /** Two sources become one: the later one's ports are of the same class as they were. */
    private static NatScript classes() {
        NatScript script = new NatScript(
                        "classes",
                        "",
                        "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1",
                        source("10.64.0.0/16", GATE, 0, 0))
                .byChance();
        for (int port : new int[] {1, 53, 300, 511, 512, 599, 600, 700, 1_023, 1_024, 2_001, 40_000, 65_535}) {
            script.udp(CLIENT, port, SERVER, 53, 4)
                    .udp(OTHER, port, SERVER, 53, 4)
                    .tcp(CLIENT, port, SERVER, 53, SYN, 1, 0, "")
                    .tcp(OTHER, port, SERVER, 53, SYN, 1, 0, "");
        }
        return script;
    }

    private static NatScript classesOfIds() {
        return new NatScript(
                        "ids", "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0))
                .byChance()
                .icmp(CLIENT, SERVER, 8, 0, 0x0005_0001, Bytes.filler(9))
                .icmp(OTHER, SERVER, 8, 0, 0x0005_0001, Bytes.filler(9))
                .other(99, CLIENT, SERVER, Bytes.filler(4))
                // There is nothing to choose: it finds no place.
                .other(99, OTHER, SERVER, Bytes.filler(4));
    }

    /** Ten ports for eleven sources. */
    private static NatScript manyPorts() {
        NatScript script = new NatScript(
                        "many-ports",
                        "",
                        "ip saddr 10.64.0.0/16 meta l4proto udp snat ip to 10.160.0.1:3000-3009",
                        source("10.64.0.0/16", GATE, 3_000, 3_009))
                .byChance();
        for (int i = 1; i <= 11; i++) {
            script.udp("10.64.1." + i, 7_000, SERVER, 53, 4);
        }
        return script;
    }

    private static NatScript ftpActive() {
        NatScript script = new NatScript(
                "ftp-active", "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0));
        String port = "PORT 10,64,0,2,200,11\r\n";
        String longer = "PORT 10,160,0,1,200,11\r\n";
        greeting(script, CLIENT, SERVER, new End(GATE, 4_000), new End(SERVER, 21))
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_008, 5_009, port)
                .tcp(SERVER, 21, GATE, 4_000, ACK, 5_009, 1_008 + longer.length(), "200 ok\r\n")
                // The same once more: it is rewritten again, at the same place.
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_008, 5_009, port)
                .tcp(SERVER, 20, GATE, 51_211, SYN, 7_000, 0, "")
                .tcp(CLIENT, 51_211, SERVER, 20, SYN | ACK, 8_000, 7_001, "")
                .tcp(SERVER, 20, GATE, 51_211, ACK, 7_001, 8_001, "data")
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_008 + port.length(), 5_017, "NOOP\r\n")
                .tcp(SERVER, 21, GATE, 4_000, ACK, 5_017, 1_008 + longer.length() + 6, "200 ok\r\n")
                .tcp(
                        SERVER,
                        21,
                        GATE,
                        4_000,
                        ACK,
                        5_025,
                        1_008 + longer.length(),
                        "",
                        sack(1_008 + longer.length() + 2, 1_008 + longer.length() + 6));
        String second = "PORT 10,64,0,2,1,1\r\n";
        return script.tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_014 + port.length(), 5_025, second)
                .tcp(SERVER, 21, GATE, 4_000, ACK, 5_025, 1_014 + longer.length() + second.length() + 1, "200 ok\r\n")
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_014 + port.length() + second.length(), 5_033, "QUIT\r\n")
                .tcp(CLIENT, 4_000, SERVER, 21, ACK | FIN, 1_020 + port.length() + second.length(), 5_033, "")
                .tcp(SERVER, 20, GATE, 257, SYN, 7_000, 0, "");
    }

    /** Two no-ops and a block. */
    private static byte[] sack(int left, int right) {
        byte[] option = new byte[12];
        option[0] = 1;
        option[1] = 1;
        option[2] = 5;
        option[3] = 10;
        Bytes.put32(option, 4, left);
        Bytes.put32(option, 8, right);
        return option;
    }

    /** The handshake with SACK, a line of the server and one of the client. */
    private static NatScript greeting(NatScript script, String client, String server, End answered, End answering) {
        byte[] sackPermitted = {4, 2, 1, 1};
        return script.tcp(client, 4_000, server, 21, SYN, 1_000, 0, "", sackPermitted)
                .tcp(
                        answering.address(),
                        answering.port(),
                        answered.address(),
                        answered.port(),
                        SYN | ACK,
                        5_000,
                        1_001,
                        "",
                        sackPermitted)
                .tcp(client, 4_000, server, 21, ACK, 1_001, 5_001, "")
                .tcp(
                        answering.address(),
                        answering.port(),
                        answered.address(),
                        answered.port(),
                        ACK,
                        5_001,
                        1_001,
                        "220 hi\r\n")
                .tcp(client, 4_000, server, 21, ACK, 1_001, 5_009, "USER a\n");
    }

    private static NatScript ftpPassive() {
        NatScript script = new NatScript(
                "ftp-passive",
                "ip daddr 10.160.0.80 tcp dport 21 dnat ip to 10.128.0.2:21",
                "",
                destination(FRONT, Protocol.TCP, 21, SERVER, 21));
        String passive = "227 Entering Passive Mode (10,128,0,2,4,1)\r\n";
        int longer = passive.length() + 1;
        return greeting(script, CLIENT, FRONT, new End(CLIENT, 4_000), new End(SERVER, 21))
                .tcp(SERVER, 21, CLIENT, 4_000, ACK, 5_009, 1_008, passive)
                .tcp(CLIENT, 4_000, FRONT, 21, ACK, 1_008, 5_009 + longer, "RETR x\r\n")
                .tcp(CLIENT, 4_001, FRONT, 1_025, SYN, 7_000, 0, "")
                .tcp(SERVER, 1_025, CLIENT, 4_001, SYN | ACK, 8_000, 7_001, "")
                .tcp(CLIENT, 4_001, FRONT, 1_025, ACK, 7_001, 8_001, "")
                .tcp(SERVER, 21, CLIENT, 4_000, ACK, 5_009 + passive.length(), 1_016, "150 go\r\n")
                .tcp(CLIENT, 4_000, FRONT, 21, ACK, 1_016, 5_009 + longer + 8, "")
                .tcp(SERVER, 21, CLIENT, 4_000, ACK, 5_017 + passive.length(), 1_016, "229 Extended (|||1026|)\r\n");
    }

    private static NatScript ftpExtended() {
        NatScript script = new NatScript(
                "ftp-extended", "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0));
        return greeting(script, CLIENT, SERVER, new End(GATE, 4_000), new End(SERVER, 21))
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_008, 5_009, "EPRT |1|10.64.0.2|5282|\r\n")
                .tcp(SERVER, 20, GATE, 5_282, SYN, 7_000, 0, "")
                .tcp(CLIENT, 5_282, SERVER, 20, SYN | ACK, 8_000, 7_001, "")
                .tcp(SERVER, 21, GATE, 4_000, ACK, 5_009, 1_034, "229 Extended (|||1026|)\r\n")
                .tcp(CLIENT, 4_001, SERVER, 1_026, SYN, 7_000, 0, "");
    }

    private static NatScript ftpExtended6() {
        NatScript script = new NatScript(
                "ftp-extended6", "", "ip6 saddr fd64::/16 snat ip6 to fda0::1", source("fd64::/16", GATE6, 0, 0));
        return greeting(script, CLIENT6, SERVER6, new End(GATE6, 4_000), new End(SERVER6, 21))
                .tcp(CLIENT6, 4_000, SERVER6, 21, ACK, 1_008, 5_009, "EPRT |2|fd64::2|5282|\r\n")
                .tcp(SERVER6, 20, GATE6, 5_282, SYN, 7_000, 0, "")
                .tcp(CLIENT6, 5_282, SERVER6, 20, SYN | ACK, 8_000, 7_001, "");
    }

    private static NatScript nothingMatches() {
        return new NatScript(
                        "nothing-matches",
                        "ip daddr 10.160.0.80 tcp dport 8080 dnat ip to 10.128.0.2:80",
                        "",
                        destination(FRONT, Protocol.TCP, 8_080, SERVER, 80))
                .open(CLIENT, 4_000, SERVER, 80, new End(CLIENT, 4_000), new End(SERVER, 80))
                .udp(CLIENT, 53, SERVER, 53, 33)
                .icmp(ROUTER, CLIENT, 5, 1, 0, head(seen(CLIENT, 4_000, SERVER, 80), 28));
    }

    private static NatRule source(String prefix, String to, int first, int last) {
        return new NatRule(Kind.SOURCE, prefix(prefix), null, -1, 0, null, address(to), 0, first, last);
    }

    private static NatRule destination(String address, int protocol, int port, String to, int toPort) {
        return new NatRule(Kind.DESTINATION, null, prefix(address), protocol, port, null, address(to), toPort, 0, 0);
    }

    static Addresses.Parsed address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    private static NatRule.@Nullable Prefix prefix(String text) {
        int slash = text.indexOf('/');
        Addresses.Parsed address = address(slash < 0 ? text : text.substring(0, slash));
        int bits = slash < 0 ? 32 : Integer.parseInt(text.substring(slash + 1));
        return new NatRule.Prefix(address.family(), address.high(), address.low(), bits);
    }
}
