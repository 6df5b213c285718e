package org.conntwin.it.differential.trace;

import java.util.Arrays;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Ip;
import org.conntwin.it.wire.TcpSegment;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/** IPv4 options and IPv6 extension headers before TCP, UDP and others. */
final class OddHeaders {
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT_HEADER = 59;
    private static final int DESTINATION = 60;

    private OddHeaders() {}

    static void write(TraceBuilder trace, Dice dice) {
        TcpTalk talk = new TcpTalk(new TraceBuilder(trace.ends()), dice, 3_000, 80);
        for (int i = dice.between(5, 25); i > 0; i--) {
            boolean fromServer = dice.percent(40);
            int protocol = dice.of(Protocol.TCP, Protocol.UDP, Protocol.UDP, 99);
            byte[] payload = payload(trace, dice, talk, fromServer, protocol);
            if (trace.ends().family() == Family.IPV4) {
                trace.send(Ip.packet(trace.ends(), fromServer, protocol, options(dice), payload));
            } else {
                extended(trace, dice, fromServer, protocol, payload);
            }
            if (dice.percent(15)) {
                IcmpErrors.error(trace, dice);
            }
        }
    }

    private static byte[] payload(TraceBuilder trace, Dice dice, TcpTalk talk, boolean fromServer, int protocol) {
        return switch (protocol) {
            case Protocol.TCP -> {
                TcpSegment segment = TcpRandomWalk.plausible(talk, fromServer);
                talk.end(!fromServer).receive(segment);
                yield segment.bytes(trace.ends(), fromServer);
            }
            case Protocol.UDP -> {
                byte[] data = Bytes.filler(dice.between(0, 40));
                yield Udp.datagram(trace.ends(), fromServer, fromServer ? 53 : 4_000, fromServer ? 4_000 : 53, data);
            }
            default -> dice.bytes(dice.between(0, 30));
        };
    }

    /** Options that every router lets pass and leaves alone. */
    private static byte[] options(Dice dice) {
        byte[] options = new byte[4 * dice.between(0, 10)];
        Arrays.fill(options, (byte) 1);
        if (options.length > 0 && dice.coin()) {
            options[dice.between(0, options.length - 1)] = 0;
        }
        return options;
    }

    private static void extended(TraceBuilder trace, Dice dice, boolean fromServer, int protocol, byte[] payload) {
        byte[] whole = payload;
        int next = protocol;
        for (int i = dice.between(0, 3); i > 0; i--) {
            int kind = dice.of(ROUTING, DESTINATION, DESTINATION, AUTHENTICATION, FRAGMENT);
            byte[] header = header(dice, kind, next);
            whole = Bytes.join(header, whole);
            next = kind;
            if (dice.percent(5)) {
                next = NO_NEXT_HEADER;
            }
        }
        if (dice.percent(8)) {
            whole = Bytes.cut(whole, dice.between(0, 20));
        }
        trace.send(Ip.packet(trace.ends(), fromServer, next, whole));
    }

    private static byte[] header(Dice dice, int kind, int next) {
        byte[] header = new byte[8 * dice.between(1, 3)];
        header[0] = (byte) next;
        switch (kind) {
            case FRAGMENT -> {
                header = Bytes.cut(header, 8);
                Bytes.put16(header, 2, dice.percent(80) ? 0 : dice.of(1, 8, 9, 6));
            }
            case AUTHENTICATION -> header[1] = (byte) (header.length / 4 - 2);
            case ROUTING -> {
                header[1] = (byte) (header.length / 8 - 1);
                header[2] = (byte) dice.of(0, 2, 3, 4);
            }
            default -> {
                header[1] = (byte) (header.length / 8 - 1);
                header[2] = 1;
                header[3] = (byte) (header.length - 4);
            }
        }
        if (dice.percent(6)) {
            header[1] = (byte) dice.between(0, 255);
        }
        return header;
    }
}
