package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.OTHER;
import static org.conntwin.it.differential.NatNetwork.SECOND;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.differential.NatNetwork.throughPorts;
import static org.conntwin.it.wire.TcpSegment.ACK;
import static org.conntwin.it.wire.TcpSegment.FIN;
import static org.conntwin.it.wire.TcpSegment.RST;
import static org.conntwin.it.wire.TcpSegment.SYN;

import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.wire.Bytes;

/** Which port or id a source gets when there are few, or others have them. */
final class PortScripts {
    private PortScripts() {}

    static List<NatScript> all() {
        return List.of(onePort(), twoPorts(), twoPortsReset(), classes(), classesOfIds(), manyPorts());
    }

    private static NatScript onePort() {
        return throughPorts("one-port", "{tcp, udp}", 5_000, 5_000)
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
        NatScript script = throughPorts("two-ports", "tcp", 5_000, 5_001).byChance();
        for (int port = 5_000; port < 5_002; port++) {
            ended(script, port, SERVER);
        }
        return script.tcp(OTHER, 5_000, SERVER, 80, SYN, 500, 0, "")
                .tcp(OTHER, 5_001, SECOND, 80, SYN, 500, 0, "")
                .tcp(OTHER, 5_001, SERVER, 80, SYN, 9_000, 0, "");
    }

    /** Connections that ended by a reset make room, too; but none does for a SYN that is behind it. */
    private static NatScript twoPortsReset() {
        NatScript script = throughPorts("two-ports-reset", "tcp", 5_000, 5_001).byChance();
        for (int port = 5_000; port < 5_002; port++) {
            script.open(CLIENT, port, SERVER, 80, new End(GATE, port), new End(SERVER, 80))
                    .tcp(SERVER, 80, GATE, port, RST, 5_001, 0, "");
        }
        script.tcp(OTHER, 5_000, SERVER, 80, SYN, 9_000, 0, "");
        for (int port = 5_000; port < 5_002; port++) {
            ended(script, port, SECOND);
        }
        return script.tcp(OTHER, 5_000, SECOND, 80, SYN, 500, 0, "").tcp(OTHER, 5_000, SECOND, 80, SYN, 9_000, 0, "");
    }

    /** Two sources become one: the later one's ports are of the same class as they were. */
    private static NatScript classes() {
        NatScript script = throughGate("classes").byChance();
        for (int port : new int[] {1, 53, 300, 511, 512, 599, 600, 700, 1_023, 1_024, 2_001, 40_000, 65_535}) {
            script.udp(CLIENT, port, SERVER, 53, 4)
                    .udp(OTHER, port, SERVER, 53, 4)
                    .tcp(CLIENT, port, SERVER, 53, SYN, 1, 0, "")
                    .tcp(OTHER, port, SERVER, 53, SYN, 1, 0, "");
        }
        return script;
    }

    private static NatScript classesOfIds() {
        return throughGate("ids")
                .byChance()
                .icmp(CLIENT, SERVER, 8, 0, 0x0005_0001, Bytes.filler(9))
                .icmp(OTHER, SERVER, 8, 0, 0x0005_0001, Bytes.filler(9))
                .other(99, CLIENT, SERVER, Bytes.filler(4))
                // There is nothing to choose: it finds no place.
                .other(99, OTHER, SERVER, Bytes.filler(4));
    }

    /** Ten ports for eleven sources. */
    private static NatScript manyPorts() {
        NatScript script = throughPorts("many-ports", "udp", 3_000, 3_009).byChance();
        for (int i = 1; i <= 11; i++) {
            script.udp("10.64.1." + i, 7_000, SERVER, 53, 4);
        }
        return script;
    }

    /** A connection that both sides ended. */
    private static void ended(NatScript script, int port, String server) {
        script.open(CLIENT, port, server, 80, new End(GATE, port), new End(server, 80))
                .tcp(CLIENT, port, server, 80, ACK | FIN, 1_001, 5_001, "")
                .tcp(server, 80, GATE, port, ACK | FIN, 5_001, 1_002, "")
                .tcp(CLIENT, port, server, 80, ACK, 1_002, 5_002, "");
    }
}
