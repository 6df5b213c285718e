package org.conntwin.it.differential.trace;

import java.util.List;
import org.conntwin.tracker.model.Family;

/** Conversations of SIP: registrations and calls, with descriptions of media, over UDP and TCP. */
final class SipTalk {
    private static final List<String> METHODS =
            List.of("INVITE", "INVITE", "ACK", "BYE", "UPDATE", "PRACK", "CANCEL", "OPTIONS");

    private final HelperTalk talk;
    private final Dice dice;
    private final String transport;
    private final boolean four;
    private int sequence = 1;
    private int registration = 1;
    /** Ports that calls are expected at. */
    private int contactPort;

    private SipTalk(HelperTalk talk, Dice dice, String transport, boolean four) {
        this.talk = talk;
        this.dice = dice;
        this.transport = transport;
        this.four = four;
        contactPort = dice.of(talk.port, 5060, dice.between(1_024, 65_535));
    }

    static void udp(TraceBuilder trace, Dice dice) {
        write(trace, dice, HelperTalk.udp(trace, dice, 5060), "UDP");
    }

    static void tcp(TraceBuilder trace, Dice dice) {
        write(trace, dice, HelperTalk.tcp(trace, dice, 5060), "TCP");
    }

    private static void write(TraceBuilder trace, Dice dice, HelperTalk talk, String transport) {
        SipTalk sip = new SipTalk(talk, dice, transport, trace.ends().family() == Family.IPV4);
        for (int i = dice.between(2, 10); i > 0; i--) {
            if (dice.percent(35)) {
                sip.register();
            } else {
                sip.call();
            }
            sip.flows();
        }
    }

    private String host(boolean ofServer) {
        String address = talk.address(ofServer);
        return four ? address : "[" + address + "]";
    }

    private String contact() {
        int port = dice.percent(90) ? contactPort : dice.of(0, 80, 1023, 65_536);
        String uri = dice.of(List.of("sip:alice@", "sip:alice@", "sip:", "SIP:bob@", "tel:"))
                + host(dice.percent(10))
                + (dice.percent(80) ? ":" + port : "")
                + (dice.percent(20) ? ";transport=" + dice.of(List.of("udp", "tcp", "TCP", "tls")) : "");
        String expires =
                dice.percent(50) ? ";expires=" + dice.of(List.of("60", "3600", "0", "0x20", "017", "x", "1800")) : "";
        return dice.of(List.of("Contact: ", "m: ", "contact:", "Contact : ")) + "<" + uri + ">" + expires
                + (dice.percent(15) ? ", <sip:carol@" + host(false) + ":" + contactPort + ">;expires=90" : "") + "\r\n";
    }

    private String head(String first, int number, String method) {
        return first + "\r\nVia: SIP/2.0/" + transport + " " + host(false) + ":" + talk.port + ";branch=z9hG4bK"
                + number + "\r\nFrom: <sip:alice@example.net>;tag=1\r\n"
                + (dice.percent(5)
                        ? ""
                        : dice.of(List.of("CSeq: ", "CSeq: ", "cseq:", "CSeq:\r\n ")) + number + " " + method + "\r\n");
    }

    private String whole(String head, String body) {
        String length =
                dice.of(List.of("Content-Length: ", "l: ")) + (dice.percent(95) ? body.length() : dice.between(0, 900));
        return head + length + "\r\n\r\n" + body;
    }

    private void register() {
        registration += dice.of(0, 1, 1, 1);
        String expires = dice.percent(50) ? "Expires: " + dice.of(120, 3600, 0) + "\r\n" : "";
        String contact = dice.percent(95) ? contact() : "";
        String message =
                whole(head("REGISTER sip:example.net SIP/2.0", registration, "REGISTER") + contact + expires, "");
        talk.say(dice.percent(5), message);
        for (int code : dice.percent(30) ? new int[] {100, 401} : new int[] {200}) {
            int number = dice.percent(90) ? registration : registration - 1;
            String answered = dice.percent(70) ? contact : contact();
            talk.say(
                    dice.percent(95),
                    whole(head("SIP/2.0 " + code + " whatever", number, "REGISTER") + answered + expires, ""));
        }
    }

    private String description(boolean ofServer) {
        if (dice.percent(20)) {
            return "";
        }
        String version = four ? "IP4 " : "IP6 ";
        StringBuilder text = new StringBuilder("v=0\r\no=- 1 1 IN " + version + talk.address(ofServer) + "\r\ns=-\r\n");
        if (dice.percent(85)) {
            text.append("c=IN ")
                    .append(version)
                    .append(talk.address(dice.percent(90) == ofServer))
                    .append("\r\n");
        }
        text.append("t=0 0\r\n");
        for (int i = dice.of(0, 1, 1, 1, 2, 3, 4); i > 0; i--) {
            text.append("m=").append(dice.of(List.of("audio ", "audio ", "video ", "image ", "text ")));
            int port = dice.percent(10) ? dice.of(0, 80, 1024) : talk.announce();
            text.append(port).append(" RTP/AVP 0\r\n");
            talk.announced.add((port + 1) & 0xffff);
            if (dice.percent(25)) {
                text.append("c=IN ")
                        .append(version)
                        .append(talk.address(dice.percent(90) == ofServer))
                        .append("\r\n");
            }
            text.append("a=rtpmap:0 PCMU/8000\r\n");
        }
        return text.toString();
    }

    private void call() {
        sequence += dice.of(0, 1, 1);
        boolean fromServer = dice.percent(25);
        String method = dice.of(METHODS);
        String request =
                head(method + dice.of(List.of(" ", " ", "  ", "")) + "sip:bob@example.net SIP/2.0", sequence, method);
        talk.say(fromServer, whole(request + "Content-Type: application/sdp\r\n", description(fromServer)));
        if (dice.percent(70)) {
            int code = dice.of(100, 180, 183, 200, 200, 200, 302, 486, 0);
            String answer = head("SIP/2.0 " + code + " whatever", dice.percent(90) ? sequence : sequence + 1, method);
            String message = whole(answer, description(!fromServer));
            if (dice.percent(15)) {
                message += whole(head("ACK sip:bob SIP/2.0", sequence, "ACK"), description(!fromServer));
            }
            talk.say(!fromServer, message);
        }
    }

    private void flows() {
        for (int i = dice.between(0, 3); i > 0; i--) {
            boolean fromServer = dice.coin();
            if (dice.percent(25)) {
                talk.datagram(true, 5060, contactPort);
                talk.connect(true, dice.between(1_024, 65_535), contactPort);
            } else {
                talk.datagram(fromServer, dice.between(1_024, 65_535), talk.target());
            }
        }
    }
}
