package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.CLIENT6;
import static org.conntwin.it.differential.NatNetwork.FRONT;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.GATE6;
import static org.conntwin.it.differential.NatNetwork.ROUTER;
import static org.conntwin.it.differential.NatNetwork.SECOND;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.SERVER6;
import static org.conntwin.it.differential.NatNetwork.destination;
import static org.conntwin.it.differential.NatNetwork.head;
import static org.conntwin.it.differential.NatNetwork.prefix;
import static org.conntwin.it.differential.NatNetwork.seen;
import static org.conntwin.it.differential.NatNetwork.source;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.differential.NatNetwork.throughGate6;
import static org.conntwin.it.wire.TcpSegment.ACK;
import static org.conntwin.it.wire.TcpSegment.FIN;

import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Sctp;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.NatRule.Kind;

/** What becomes of packets of each protocol under each kind of rule. */
final class RuleScripts {
    private RuleScripts() {}

    static List<NatScript> all() {
        return List.of(sources(), sources6(), destinations(), bothEnds(), masquerade(), nothingMatches());
    }

    private static NatScript sources() {
        NatScript script = throughGate("sources");
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

    private static NatScript sources6() {
        return throughGate6("sources6")
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

    private static NatScript masquerade() {
        NatRule rule = new NatRule(Kind.MASQUERADE, prefix("10.64.0.0/16"), null, -1, 0, null, null, 0, 0, 0);
        return new NatScript("masquerade", "", "ip saddr 10.64.0.0/16 masquerade", rule)
                .open(CLIENT, 4_000, SERVER, 80, new End(NatComparison.OWN, 4_000), new End(SERVER, 80))
                .udp(CLIENT, 53, SERVER, 53, 33)
                .udp(SERVER, 53, NatComparison.OWN, 53, 34)
                .icmp(CLIENT, SERVER, 8, 0, 0x1234_0001, Bytes.filler(9))
                .icmp(SERVER, NatComparison.OWN, 0, 0, 0x1234_0001, Bytes.filler(9));
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
}
