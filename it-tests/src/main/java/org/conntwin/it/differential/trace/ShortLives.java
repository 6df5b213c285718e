package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.TcpSegment;

/** Entries that live but seconds, and packets that come when they are over. */
final class ShortLives {
    private ShortLives() {}

    static void write(TraceBuilder trace, Dice dice) {
        if (dice.coin()) {
            for (int i = dice.between(1, 3); i > 0; i--) {
                SctpAssociation.begin(trace, dice);
            }
        }
        TcpTalk talk = TcpTalk.random(trace, dice);
        boolean side = dice.coin();
        talk.establish();
        talk.lose(side, talk.end(side).reset(true));
        trace.pause(dice.of(3_300_000, 10_300_000));
        for (int i = dice.between(1, 3); i > 0; i--) {
            boolean next = dice.coin();
            TcpSegment segment = TcpRandomWalk.plausible(talk, next);
            talk.pass(next, segment);
        }
        TcpReopen.write(trace, dice);
    }
}
