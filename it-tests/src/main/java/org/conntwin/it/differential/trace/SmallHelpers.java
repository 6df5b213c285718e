package org.conntwin.it.differential.trace;

import java.nio.charset.StandardCharsets;
import org.conntwin.it.wire.Bytes;

/** Conversations of TFTP, SANE, IRC and Amanda. */
final class SmallHelpers {
    private SmallHelpers() {}

    static void tftp(TraceBuilder trace, Dice dice) {
        HelperTalk talk = HelperTalk.udp(trace, dice, 69);
        talk.announced.add(talk.port);
        for (int i = dice.between(2, 8); i > 0; i--) {
            byte[] request = Bytes.join(
                    new byte[] {0, (byte) dice.of(1, 1, 2, 3, 4, 5)},
                    "file\0octet\0".getBytes(StandardCharsets.US_ASCII));
            talk.say(dice.percent(10), request);
            if (dice.percent(60)) {
                int from = dice.between(1_024, 65_535);
                talk.datagram(true, dice.percent(10) ? 69 : from, talk.target());
                talk.datagram(false, talk.target(), from);
            }
        }
    }

    static void sane(TraceBuilder trace, Dice dice) {
        HelperTalk talk = HelperTalk.tcp(trace, dice, 6566);
        for (int i = dice.between(2, 8); i > 0; i--) {
            byte[] request = new byte[dice.percent(90) ? 8 : dice.between(1, 12)];
            if (request.length >= 4) {
                Bytes.put32(request, 0, dice.of(7, 7, 7, 6, 8));
            }
            talk.say(false, request);
            byte[] answer = new byte[dice.percent(90) ? 8 : dice.between(1, 12)];
            if (answer.length >= 8) {
                Bytes.put32(answer, 0, dice.percent(90) ? 0 : dice.any());
                Bytes.put16(answer, 4, dice.percent(90) ? 0 : 1);
                Bytes.put16(answer, 6, talk.announce());
            }
            talk.say(true, answer);
            if (dice.percent(60)) {
                talk.connect(dice.percent(10), dice.between(1_024, 65_535), talk.target());
            }
        }
    }

    static void irc(TraceBuilder trace, Dice dice) {
        HelperTalk talk = HelperTalk.tcp(trace, dice, 6667);
        talk.say(true, ":server 001 me :hello\r\n");
        for (int i = dice.between(2, 12); i > 0; i--) {
            String what = dice.of(java.util.List.of(
                    "SEND file", "CHAT chat", "MOVE x", "TSEND f", "SCHAT c", "RESUME f", "SEND a b"));
            String text = dice.of(java.util.List.of("", " ", "x "))
                    + dice.of(java.util.List.of("PRIVMSG", "privmsg", "NOTICE"))
                    + " you :" + dice.of(java.util.List.of("\1DCC ", "\1DCC ", "\1DCC ", "DCC ", "hi \1DCC "))
                    + what + dice.of(java.util.List.of(" ", " ", "  ", ""))
                    + Integer.toUnsignedString(trace.ends().number(dice.percent(10)))
                    + dice.of(java.util.List.of(" ", " ", "   "))
                    + talk.announce() + dice.of(java.util.List.of("\1\n", "\1\r\n", " 12345\1\n", "\n", "\1"));
            talk.say(dice.percent(10), text);
            if (dice.percent(60)) {
                talk.connect(dice.percent(80), dice.between(1_024, 65_535), talk.target());
            }
        }
    }

    static void amanda(TraceBuilder trace, Dice dice) {
        HelperTalk talk = HelperTalk.udp(trace, dice, 10080);
        for (int i = dice.between(2, 8); i > 0; i--) {
            talk.say(false, "Amanda 2.4 REQ HANDLE 000-00000000 SEQ 1\nSERVICE sendbackup\n");
            StringBuilder answer = new StringBuilder("Amanda 2.4 REP HANDLE 000-00000000 SEQ 1\nCONNECT");
            for (String stream : java.util.List.of("DATA", "MESG", "INDEX", "STATE", "DATA")) {
                if (dice.percent(60)) {
                    answer.append(' ')
                            .append(stream)
                            .append(dice.percent(90) ? " " : "  ")
                            .append(talk.announce());
                }
            }
            answer.append(dice.percent(90) ? "\nOPTIONS ;\n" : "");
            talk.say(dice.percent(90), answer.toString());
            for (int j = dice.between(0, 4); j > 0; j--) {
                talk.connect(dice.percent(10), dice.between(1_024, 65_535), talk.target());
            }
        }
    }
}
