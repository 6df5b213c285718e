package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.CLIENT6;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.GATE6;
import static org.conntwin.it.differential.NatNetwork.ROUTER;
import static org.conntwin.it.differential.NatNetwork.ROUTER6;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.SERVER6;
import static org.conntwin.it.differential.NatNetwork.head;
import static org.conntwin.it.differential.NatNetwork.seen;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.differential.NatNetwork.throughGate6;

import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Sctp;
import org.conntwin.it.wire.Udp;

/** ICMP errors whose quotes are translated, whole and cut. */
final class ErrorScripts {
    private ErrorScripts() {}

    static List<NatScript> all() {
        return List.of(errors(), errors6());
    }

    private static NatScript errors() {
        NatScript script = throughGate("errors")
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
        NatScript script = throughGate6("errors6")
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
}
