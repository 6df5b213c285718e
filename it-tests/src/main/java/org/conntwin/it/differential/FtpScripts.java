package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.CLIENT6;
import static org.conntwin.it.differential.NatNetwork.FRONT;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.GATE6;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.SERVER6;
import static org.conntwin.it.differential.NatNetwork.destination;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.differential.NatNetwork.throughGate6;
import static org.conntwin.it.wire.TcpSegment.ACK;
import static org.conntwin.it.wire.TcpSegment.FIN;
import static org.conntwin.it.wire.TcpSegment.SYN;

import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Protocol;

/** FTP whose announcements are rewritten, and what then follows them. */
final class FtpScripts {
    private FtpScripts() {}

    static List<NatScript> all() {
        return List.of(ftpActive(), ftpPassive(), ftpExtended(), ftpExtended6());
    }

    private static NatScript ftpActive() {
        NatScript script = throughGate("ftp-active");
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
        NatScript script = throughGate("ftp-extended");
        return greeting(script, CLIENT, SERVER, new End(GATE, 4_000), new End(SERVER, 21))
                .tcp(CLIENT, 4_000, SERVER, 21, ACK, 1_008, 5_009, "EPRT |1|10.64.0.2|5282|\r\n")
                .tcp(SERVER, 20, GATE, 5_282, SYN, 7_000, 0, "")
                .tcp(CLIENT, 5_282, SERVER, 20, SYN | ACK, 8_000, 7_001, "")
                .tcp(SERVER, 21, GATE, 4_000, ACK, 5_009, 1_034, "229 Extended (|||1026|)\r\n")
                .tcp(CLIENT, 4_001, SERVER, 1_026, SYN, 7_000, 0, "");
    }

    private static NatScript ftpExtended6() {
        NatScript script = throughGate6("ftp-extended6");
        return greeting(script, CLIENT6, SERVER6, new End(GATE6, 4_000), new End(SERVER6, 21))
                .tcp(CLIENT6, 4_000, SERVER6, 21, ACK, 1_008, 5_009, "EPRT |2|fd64::2|5282|\r\n")
                .tcp(SERVER6, 20, GATE6, 5_282, SYN, 7_000, 0, "")
                .tcp(CLIENT6, 5_282, SERVER6, 20, SYN | ACK, 8_000, 7_001, "");
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
}
