package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.TcpSegment;

/** Plausible next segments mixed with wrong ones, in every state. */
final class TcpRandomWalk {
    private TcpRandomWalk() {}

    static void write(TraceBuilder trace, Dice dice) {
        for (int connections = dice.between(1, 4); connections > 0; connections--) {
            TcpTalk talk = TcpTalk.random(trace, dice);
            begin(talk);
            int mutated = dice.of(15, 30, 50, 80);
            walk(talk, dice.between(5, 30), mutated);
        }
    }

    /** Some way into a life. */
    private static void begin(TcpTalk talk) {
        Dice dice = talk.dice;
        switch (dice.between(0, 5)) {
            case 0 -> {}
            case 1 -> talk.pass(false, talk.client.syn());
            case 2 -> {
                talk.pass(false, talk.client.syn());
                talk.pass(true, talk.server.synAck());
            }
            case 3 -> {
                talk.establish();
                boolean side = dice.coin();
                talk.pass(side, talk.end(side).fin());
            }
            default -> talk.establish();
        }
    }

    /** So many segments, so many of a hundred of them mutated. */
    static void walk(TcpTalk talk, int steps, int mutated) {
        Dice dice = talk.dice;
        // Only a lifetime that ran for seconds shows whether it was refreshed.
        boolean slow = dice.percent(8);
        for (int i = 0; i < steps; i++) {
            if (slow && dice.percent(15)) {
                talk.trace.pause(2_200_000);
            }
            boolean side = dice.coin();
            TcpSegment segment = plausible(talk, side).copy();
            if (dice.percent(mutated)) {
                TcpMutation.mutate(talk, side, segment);
                if (dice.percent(70)) {
                    talk.lose(side, segment);
                    continue;
                }
            }
            if (dice.percent(10)) {
                talk.lose(side, segment);
            } else {
                talk.pass(side, segment);
            }
            if (dice.percent(10)) {
                talk.lose(side, segment);
            }
        }
    }

    /** What this side might well send now. */
    static TcpSegment plausible(TcpTalk talk, boolean side) {
        Dice dice = talk.dice;
        TcpEnd end = talk.end(side);
        return switch (dice.between(0, 19)) {
            case 0 -> dice.percent(50) ? end.again() : restart(talk, side).syn();
            case 1 -> end.synAck();
            case 2 -> end.fin();
            case 3 -> end.reset(dice.coin());
            case 4 -> end.refusal(talk.last[side ? 0 : 1]);
            case 5 -> end.keepAlive(dice.between(0, 1));
            case 6, 7 -> end.again();
            case 8, 9, 10, 11, 12 -> end.data(dice.of(1, 2, 100, 1_460, dice.between(1, 300)));
            default -> end.ack();
        };
    }

    private static TcpEnd restart(TcpTalk talk, boolean side) {
        TcpEnd end = talk.end(side);
        end.begin(talk.dice.coin() ? end.next + talk.dice.of(1, 1_000, 100_000) : talk.dice.sequence());
        return end;
    }
}
