package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.CLIENT;
import static org.conntwin.it.differential.NatNetwork.FRONT;
import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.SERVER;
import static org.conntwin.it.differential.NatNetwork.destination;
import static org.conntwin.it.differential.NatNetwork.source;
import static org.conntwin.it.differential.NatNetwork.throughGate;
import static org.conntwin.it.wire.TcpSegment.ACK;

import java.util.List;
import org.conntwin.it.differential.NatScript.End;
import org.conntwin.tracker.model.Protocol;

/** Calls and registrations of SIP through a router that translates. */
final class NatSipScripts {
    private static final String OTHER = "10.64.0.113";
    private static final int PORT = 5_060;

    private NatSipScripts() {}

    static List<NatScript> all() {
        return List.of(call(), telephone(), overTcp(), behind(), sixth());
    }

    private static String description(String address, int... ports) {
        String version = address.indexOf(':') < 0 ? "IP4 " : "IP6 ";
        StringBuilder text = new StringBuilder(
                "v=0\r\no=- 1 1 IN " + version + address + "\r\ns=-\r\nc=IN " + version + address + "\r\nt=0 0\r\n");
        for (int port : ports) {
            text.append("m=audio ").append(port).append(" RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n");
            text.append("c=IN ").append(version).append(address).append("\r\n");
        }
        return text.toString();
    }

    private static String message(String first, String via, String method, String contact, String body) {
        return first + "\r\nVia: SIP/2.0/" + via + "\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n" + "From: <sip:alice@" + contact
                + ">;tag=1\r\nt: <sip:bob@" + contact + ">\r\nCSeq: 1 " + method + "\r\nContact: <sip:alice@" + contact
                + ">;expires=600, <sip:carol@" + contact + ">\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** A registration, a call with media both ways, its end. */
    private static NatScript call() {
        return throughGate("sip-call")
                .says(
                        CLIENT,
                        PORT,
                        SERVER,
                        PORT,
                        message(
                                "REGISTER sip:10.128.0.2 SIP/2.0",
                                "UDP 10.64.0.2:5060;rport;maddr=10.64.0.2",
                                "REGISTER",
                                "10.64.0.2:5060",
                                ""))
                .says(
                        SERVER,
                        PORT,
                        GATE,
                        PORT,
                        message(
                                "SIP/2.0 200 OK",
                                "UDP 10.160.0.1:5060;rport=5060;received=10.160.0.1",
                                "REGISTER",
                                "10.160.0.1:5060",
                                ""))
                .says(
                        CLIENT,
                        PORT,
                        SERVER,
                        PORT,
                        message(
                                "INVITE sip:bob@10.128.0.2:5060 SIP/2.0",
                                "UDP 10.64.0.2:5060;rport",
                                "INVITE",
                                "10.64.0.2",
                                description(CLIENT, 9_998)))
                .says(
                        SERVER,
                        PORT,
                        GATE,
                        PORT,
                        message(
                                "SIP/2.0 200 OK",
                                "UDP 10.160.0.1:5060;received=10.160.0.1;rport=5060",
                                "INVITE",
                                "10.128.0.2",
                                description(SERVER, 20_000)))
                .udp(SERVER, 20_000, GATE, 9_998, 20)
                .udp(CLIENT, 9_998, SERVER, 20_000, 20)
                .udp(CLIENT, 9_999, SERVER, 20_001, 20)
                .udp(SERVER, 20_001, GATE, 9_999, 20)
                .says(
                        SERVER,
                        PORT,
                        GATE,
                        PORT,
                        message(
                                "BYE sip:alice@10.160.0.1:5060 SIP/2.0",
                                "UDP 10.128.0.2:5060",
                                "BYE",
                                "10.128.0.2",
                                ""));
    }

    /** A telephone that listens on another port than it sends from; media of a second one that are announced already. */
    private static NatScript telephone() {
        return throughGate("sip-telephone")
                .says(
                        CLIENT,
                        50_000,
                        SERVER,
                        PORT,
                        message(
                                "INVITE sip:bob@10.128.0.2 SIP/2.0",
                                "UDP 10.64.0.2:5061",
                                "INVITE",
                                "10.64.0.2:5061",
                                description(CLIENT, 10_001)))
                .says(
                        SERVER,
                        PORT,
                        GATE,
                        50_000,
                        message("SIP/2.0 100 Trying", "UDP 10.160.0.1:50000", "INVITE", "10.160.0.1:50000", ""))
                .says(
                        OTHER,
                        50_001,
                        SERVER,
                        PORT,
                        message(
                                "INVITE sip:bob@10.128.0.2 SIP/2.0",
                                "UDP 10.64.0.113:50001",
                                "INVITE",
                                "10.64.0.113:50001",
                                description(OTHER, 10_000)))
                .udp(SERVER, 7_000, GATE, 10_002, 20)
                .udp(SERVER, 7_000, GATE, 10_000, 20);
    }

    private static NatScript overTcp() {
        String invitation = message(
                "INVITE sip:bob@10.128.0.2 SIP/2.0",
                "TCP 10.64.0.2:4000",
                "INVITE",
                "10.64.0.2:4000",
                description(CLIENT, 10_000, 10_010));
        String further = message("OPTIONS sip:bob SIP/2.0", "TCP 10.64.0.2:4000", "OPTIONS", "10.64.0.2:4000", "");
        int said = 1_001 + invitation.length() + further.length();
        return throughGate("sip-tcp")
                .open(CLIENT, 4_000, SERVER, PORT, new End(GATE, 4_000), new End(SERVER, PORT))
                .tcp(CLIENT, 4_000, SERVER, PORT, ACK, 1_001, 5_001, invitation + further)
                .tcp(SERVER, PORT, GATE, 4_000, ACK, 5_001, said, "")
                .tcp(CLIENT, 4_000, SERVER, PORT, ACK, said, 5_001, further)
                .tcp(
                        SERVER,
                        PORT,
                        GATE,
                        4_000,
                        ACK,
                        5_001,
                        said + further.length(),
                        message("SIP/2.0 200 OK", "TCP 10.160.0.1:4000", "INVITE", "10.160.0.1:4000", ""))
                .udp(SERVER, 20_000, GATE, 10_000, 20);
    }

    /** The called one is translated. */
    private static NatScript behind() {
        return new NatScript(
                        "sip-behind",
                        "ip daddr 10.160.0.80 udp dport 5060 dnat ip to 10.128.0.2:5062",
                        "",
                        destination(FRONT, Protocol.UDP, PORT, SERVER, 5_062))
                .says(
                        CLIENT,
                        5_070,
                        FRONT,
                        PORT,
                        message(
                                "INVITE sip:bob@10.160.0.80 SIP/2.0",
                                "UDP 10.64.0.2:5070",
                                "INVITE",
                                "10.64.0.2:5070",
                                description(CLIENT, 10_000)))
                .says(
                        SERVER,
                        5_062,
                        CLIENT,
                        5_070,
                        message(
                                "SIP/2.0 200 OK",
                                "UDP 10.64.0.2:5070",
                                "INVITE",
                                "10.128.0.2:5062",
                                description(SERVER, 20_000)))
                .udp(CLIENT, 10_000, FRONT, 20_000, 20)
                .udp(SERVER, 20_000, CLIENT, 10_000, 20);
    }

    private static NatScript sixth() {
        return new NatScript(
                        "sip6", "", "ip6 saddr fd64::/16 snat ip6 to fda0::1", source("fd64::/16", "fda0::1", 0, 0))
                .says(
                        "fd64::2",
                        PORT,
                        "fd80::2",
                        PORT,
                        message(
                                "INVITE sip:bob@[fd80::2] SIP/2.0",
                                "UDP [fd64::2]:5060",
                                "INVITE",
                                "[fd64::2]:5060",
                                description("fd64::2", 10_000)))
                .udp("fd80::2", 20_000, "fda0::1", 10_000, 20);
    }
}
