package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Icmp;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/** ICMP queries, answers asked for and not, and errors about every kind of entry. */
final class IcmpQueries {
    private IcmpQueries() {}

    static void write(TraceBuilder trace, Dice dice) {
        int id = dice.between(0, 65_535);
        for (int i = dice.between(8, 40); i > 0; i--) {
            switch (dice.between(0, 9)) {
                case 0, 1, 2, 3 -> query(trace, dice, id + dice.between(0, 2));
                case 4 -> other(trace, dice);
                default -> IcmpErrors.error(trace, dice);
            }
        }
    }

    private static void query(TraceBuilder trace, Dice dice, int id) {
        boolean four = trace.ends().family() == Family.IPV4;
        boolean answer = dice.percent(45);
        int type;
        if (dice.percent(12)) {
            type = dice.between(0, 255);
        } else if (four) {
            type = answer ? dice.of(0, 0, 0, 14, 16, 18) : dice.of(8, 8, 8, 13, 15, 17);
        } else {
            type = answer ? dice.of(129, 129, 129, 140) : dice.of(128, 128, 128, 139, 130, 133, 135, 136, 137, 143);
        }
        boolean fromServer = answer != dice.percent(15);
        int code = dice.percent(90) ? 0 : dice.between(1, 255);
        byte[] body = Bytes.filler(dice.of(0, 1, 12, 56, dice.between(0, 100)));
        int rest = id << 16 | dice.between(0, 3);
        byte[] message = Icmp.message(trace.ends(), fromServer, type, code, rest, body, dice.percent(4));
        if (dice.percent(4)) {
            message = Bytes.cut(message, dice.between(0, 8));
        }
        trace.send(fromServer, trace.ends().icmp(), message);
    }

    /** A packet of another protocol, for errors to speak of; also the other family's ICMP. */
    private static void other(TraceBuilder trace, Dice dice) {
        boolean fromServer = dice.coin();
        switch (dice.between(0, 6)) {
            case 0, 1 -> {
                TcpTalk talk = TcpTalk.random(trace, dice);
                talk.pass(false, talk.client.syn());
                if (dice.coin()) {
                    talk.pass(true, talk.server.synAck());
                }
            }
            case 2 ->
                trace.send(
                        fromServer,
                        Protocol.UDP,
                        Udp.datagram(
                                trace.ends(),
                                fromServer,
                                dice.between(1, 65_535),
                                dice.between(1, 65_535),
                                dice.bytes(9)));
            case 3 -> SctpAssociation.begin(trace, dice);
            case 4 -> GreFlows.packet(trace, dice, fromServer);
            case 5 -> {
                int foreign = trace.ends().family() == Family.IPV4 ? Protocol.ICMPV6 : Protocol.ICMP;
                trace.send(fromServer, foreign, dice.bytes(dice.between(0, 40)));
            }
            default -> trace.send(fromServer, dice.of(50, 94, 99, 112, 253), dice.bytes(dice.between(0, 40)));
        }
    }
}
