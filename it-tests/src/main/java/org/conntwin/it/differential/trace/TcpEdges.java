package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import java.util.List;
import org.conntwin.it.wire.TcpOptions;
import org.conntwin.it.wire.TcpSegment;

/** Single rules of TCP at their exact limits. */
final class TcpEdges {
    /** One rule. */
    private interface Rule {
        void probe(TcpTalk talk, Dice dice, boolean side);
    }

    /** A window that the kernel never goes below when it looks back. */
    private static final int LEAST_BACK = 66_000;

    private static final List<Rule> RULES = List.of(
            TcpEdges::rightOfWindow,
            TcpEdges::leftOfWindow,
            TcpEdges::acknowledgesAhead,
            TcpEdges::acknowledgesBehind,
            TcpEdges::overshoots,
            TcpEdges::repeats,
            TcpResetEdges::resets,
            TcpResetEdges::resetAfterOwnData,
            TcpResetEdges::resetBeforeAssured,
            TcpResetEdges::resetAfterStraySyn,
            TcpEdges::selectivelyAcknowledges,
            TcpHandshakeEdges::scales,
            TcpHandshakeEdges::synAgain,
            TcpHandshakeEdges::synAckAgain,
            TcpHandshakeEdges::crossing,
            TcpResetEdges::invalidPair,
            TcpResetEdges::challenged,
            TcpEdges::halfCircle,
            TcpEdges::closesWithData,
            TcpEdges::zeroWindow);

    private TcpEdges() {}

    static void write(TraceBuilder trace, Dice dice) {
        for (int i = dice.between(2, 5); i > 0; i--) {
            TcpTalk talk = TcpTalk.random(trace, dice);
            dice.of(RULES).probe(talk, dice, dice.coin());
            TcpRandomWalk.walk(talk, dice.between(0, 5), 0);
        }
    }

    /** Exactly on an edge, or one or two beside it. */
    static int near(Dice dice) {
        return dice.of(-2, -1, 0, 1, 2);
    }

    private static void probe(TcpTalk talk, boolean side, TcpSegment segment) {
        if (talk.dice.coin()) {
            talk.lose(side, segment);
        } else {
            talk.pass(side, segment);
        }
    }

    private static void rightOfWindow(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        for (int i = dice.between(1, 4); i > 0; i--) {
            TcpSegment segment =
                    dice.coin() ? talk.end(side).ack() : talk.end(side).data(dice.between(1, 20));
            segment.sequence = talk.limit[side ? 1 : 0] + near(dice) - (dice.coin() ? segment.data.length : 0);
            probe(talk, side, segment);
            talk.pass(!side, talk.end(!side).ack());
        }
    }

    private static void leftOfWindow(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        int one = side ? 1 : 0;
        for (int i = dice.between(1, 4); i > 0; i--) {
            TcpSegment segment =
                    dice.coin() ? talk.end(side).ack() : talk.end(side).data(dice.between(1, 20));
            segment.sequence = talk.highest[one] - talk.widest[1 - one] - segment.data.length + near(dice);
            probe(talk, side, segment);
        }
    }

    private static void acknowledgesAhead(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpSegment segment = dice.coin() ? talk.end(side).ack() : talk.end(side).fin();
        segment.acknowledgment = talk.highest[side ? 0 : 1] + near(dice);
        probe(talk, side, segment);
    }

    private static void acknowledgesBehind(TcpTalk talk, Dice dice, boolean side) {
        talk.end(side).window = dice.of(1_000, 65_535);
        talk.establish();
        // Far enough from the beginning.
        int one = side ? 1 : 0;
        for (int i = dice.between(0, 8); i > 0; i--) {
            talk.pass(!side, talk.end(!side).data(9_000));
            talk.pass(side, talk.end(side).ack());
        }
        TcpSegment segment = dice.coin() ? talk.end(side).ack() : talk.end(side).data(5);
        int back = dice.of(LEAST_BACK, talk.widest[one], Math.max(LEAST_BACK, talk.widest[one]), 65_535);
        segment.acknowledgment = talk.highest[1 - one] - back + near(dice);
        probe(talk, side, segment);
    }

    /** Data beyond the window, as much as the other side's window, which its acknowledgement may still allow. */
    private static void overshoots(TcpTalk talk, Dice dice, boolean side) {
        talk.end(!side).window = dice.of(10, 1_000, 4_096);
        talk.establish();
        int one = side ? 1 : 0;
        TcpSegment segment = talk.end(side).data(dice.of(1, 10, talk.end(!side).window, 2_000));
        int sequence = talk.limit[one] + dice.of(1, 2, 10, talk.widest[1 - one] - segment.data.length);
        segment.sequence = sequence + near(dice);
        talk.lose(side, segment);
        TcpSegment ack = talk.end(!side).ack();
        ack.acknowledgment = segment.end() + dice.of(0, 0, 0, 1, -1);
        talk.lose(!side, ack);
    }

    /** The same acknowledgement again and again, with something else between. */
    private static void repeats(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpSegment segment = dice.coin() ? talk.end(side).ack() : talk.end(side).data(dice.between(1, 50));
        for (int i = dice.between(2, 7); i > 0; i--) {
            talk.lose(side, segment);
            if (dice.percent(15)) {
                talk.pass(!side, talk.end(!side).ack());
            }
            if (dice.percent(10)) {
                segment.window ^= 1;
            }
        }
        probe(talk, side, dice.coin() ? talk.end(side).ack() : talk.end(side).data(1));
    }

    private static void selectivelyAcknowledges(TcpTalk talk, Dice dice, boolean side) {
        talk.client.offersSack = dice.percent(80);
        talk.server.offersSack = dice.percent(80);
        talk.client.agree(talk.server);
        talk.server.agree(talk.client);
        talk.establish();
        talk.lose(!side, talk.end(!side).data(100));
        talk.lose(!side, talk.end(!side).data(100));
        for (int i = dice.between(1, 4); i > 0; i--) {
            TcpSegment ack = talk.end(side).ack();
            int edge = talk.highest[side ? 0 : 1] + near(dice);
            TcpOptions options = new TcpOptions();
            if (dice.coin()) {
                options.nop().nop().timestamps(dice.any(), dice.any());
            } else if (dice.percent(30)) {
                options.raw(dice.of(5, 30), dice.of(2, 9, 10, 12), dice.bytes(8));
            }
            if (dice.percent(85)) {
                int[] edges = dice.coin()
                        ? new int[] {edge - 100, edge}
                        : new int[] {edge - 100, edge, edge - 300, edge - 250 + dice.of(0, 251)};
                options.nop().nop().sack(edges);
            }
            ack.options = options.bytes();
            ack.acknowledgment += dice.of(0, 0, 0, 1, 100);
            ack.window = dice.of(ack.window, 0, 10);
            talk.lose(side, ack);
            talk.lose(!side, talk.end(!side).data(dice.between(0, 2)));
        }
    }

    private static void halfCircle(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpSegment segment = talk.end(side).data(dice.between(0, 3));
        if (dice.coin()) {
            segment.sequence += Integer.MIN_VALUE + near(dice);
        } else {
            segment.acknowledgment = talk.highest[side ? 0 : 1] + Integer.MIN_VALUE + near(dice);
        }
        probe(talk, side, segment);
        TcpSegment limit = talk.end(side).ack();
        limit.sequence = talk.limit[side ? 1 : 0] + Integer.MIN_VALUE + near(dice);
        talk.lose(side, limit);
    }

    private static void closesWithData(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpSegment fin = talk.end(side).data(dice.between(1, 50));
        fin.flags |= FIN;
        talk.pass(side, fin);
        talk.end(side).next = fin.end();
        TcpSegment ack = talk.end(!side).ack();
        ack.acknowledgment += dice.of(0, 0, -1, 1);
        talk.lose(!side, ack);
        TcpSegment other = talk.end(!side).fin();
        talk.pass(!side, other);
        TcpSegment last = talk.end(side).ack();
        last.acknowledgment += dice.of(0, 0, -1, 1);
        talk.lose(side, last);
    }

    private static void zeroWindow(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpEnd end = talk.end(side);
        end.window = 0;
        talk.pass(side, end.ack());
        TcpSegment data = talk.end(!side).data(dice.between(1, 3));
        data.sequence += dice.of(0, 0, 1, 2);
        talk.lose(!side, data);
        TcpSegment ack = end.ack();
        ack.acknowledgment += dice.of(0, 1, data.data.length);
        ack.window = dice.of(0, 1, 500);
        talk.lose(side, ack);
        if (dice.coin()) {
            talk.pass(!side, talk.end(!side).fin());
        }
    }
}
