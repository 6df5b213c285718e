package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.TcpSegment;

/** A new connection on the ports of a closed one, from either side. */
final class TcpReopen {
    private TcpReopen() {}

    static void write(TraceBuilder trace, Dice dice) {
        TcpTalk talk = TcpTalk.random(trace, dice);
        if (dice.percent(85)) {
            talk.establish();
        } else {
            talk.pass(false, talk.client.syn());
        }
        for (int round = dice.between(1, 4); round > 0; round--) {
            close(talk);
            if (dice.percent(25)) {
                TcpRandomWalk.walk(talk, dice.between(1, 4), dice.of(0, 40));
            }
            reopen(talk);
        }
    }

    private static void close(TcpTalk talk) {
        Dice dice = talk.dice;
        boolean side = dice.coin();
        TcpEnd first = talk.end(side);
        TcpEnd second = talk.end(!side);
        switch (dice.between(0, 5)) {
            case 0, 1 -> {
                TcpSegment reset = first.reset(dice.coin());
                reset.sequence += dice.of(0, 0, 0, 0, -1, 1);
                talk.lose(side, reset);
            }
            case 2 -> {
                talk.pass(side, first.fin());
                talk.lose(!side, second.reset(dice.coin()));
            }
            default -> {
                talk.pass(side, first.fin());
                if (dice.coin()) {
                    talk.pass(!side, second.ack());
                }
                talk.pass(!side, second.fin());
                if (dice.percent(85)) {
                    talk.pass(side, first.ack());
                }
                if (dice.percent(15)) {
                    talk.pass(side, first.again());
                }
                if (dice.percent(15)) {
                    talk.lose(!side, second.reset(dice.coin()));
                }
            }
        }
    }

    private static void reopen(TcpTalk talk) {
        Dice dice = talk.dice;
        boolean side = dice.percent(35);
        talk.renew();
        TcpSegment syn = talk.end(side).syn();
        if (dice.percent(10)) {
            TcpMutation.mutate(talk, side, syn);
        }
        talk.pass(side, syn);
        if (dice.percent(20)) {
            talk.pass(side, syn);
        }
        if (dice.percent(15)) {
            talk.lose(!side, talk.end(!side).refusal(syn));
            talk.pass(side, syn);
        }
        if (dice.percent(90)) {
            TcpOutOfSync.finish(talk, side);
        }
    }
}
