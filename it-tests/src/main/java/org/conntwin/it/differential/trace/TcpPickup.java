package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.TcpSegment;

/** Connections whose beginning the router did not see. */
final class TcpPickup {
    private TcpPickup() {}

    static void write(TraceBuilder trace, Dice dice) {
        for (int connections = dice.between(1, 4); connections > 0; connections--) {
            TcpTalk talk = TcpTalk.random(trace, dice);
            talk.client.expected = talk.server.next;
            talk.server.expected = talk.client.next;
            boolean first = dice.coin();
            talk.pass(first, begin(talk, first));
            if (dice.percent(30)) {
                talk.pass(first, talk.end(first).data(dice.between(1, 1_460)));
            }
            if (dice.percent(85)) {
                talk.pass(!first, begin(talk, !first));
            }
            TcpRandomWalk.walk(talk, dice.between(0, 12), dice.of(0, 10, 40, 70));
            if (dice.percent(40)) {
                boolean side = dice.coin();
                talk.pass(side, talk.end(side).fin());
                talk.pass(!side, talk.end(!side).fin());
                talk.pass(side, talk.end(side).ack());
            }
            if (dice.percent(30)) {
                TcpOutOfSync.surprise(talk);
            }
        }
    }

    private static TcpSegment begin(TcpTalk talk, boolean side) {
        Dice dice = talk.dice;
        TcpEnd end = talk.end(side);
        TcpSegment segment = switch (dice.between(0, 9)) {
            case 0 -> end.fin();
            case 1 -> end.reset(dice.coin());
            case 2 -> end.synAck();
            case 3 -> end.keepAlive(dice.between(0, 1));
            case 4, 5, 6 -> end.data(dice.between(1, 1_460));
            default -> end.ack();
        };
        if (dice.percent(20)) {
            TcpMutation.mutate(talk, side, segment);
        }
        return segment;
    }
}
