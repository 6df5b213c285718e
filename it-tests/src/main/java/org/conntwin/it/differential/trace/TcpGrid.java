package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import org.conntwin.it.wire.TcpSegment;

/** The transition table: every state, class and direction in turn; then segments that show where that led. */
final class TcpGrid {
    private static final int STATES = 11;
    private static final int[] CLASSES = {SYN, SYN | ACK, FIN | ACK, ACK, RST, RST | ACK};

    private TcpGrid() {}

    static void write(TraceBuilder trace, Dice dice) {
        for (int i = 0; i < 8; i++) {
            TcpTalk talk = new TcpTalk(trace, dice, 2_000 + i, 443);
            boolean first = dice.coin();
            reach(talk, first, dice.between(0, STATES - 1));
            for (int classes = dice.between(1, 2); classes > 0; classes--) {
                boolean side = dice.coin();
                talk.pass(side, ofClass(talk, side, dice.of(CLASSES)));
            }
            for (int probes = dice.between(1, 4); probes > 0; probes--) {
                boolean side = dice.coin();
                talk.pass(side, TcpRandomWalk.plausible(talk, side));
            }
        }
    }

    /** Leads to a state, in one of the ways that lead there; {@code first} is the side that closes. */
    private static void reach(TcpTalk talk, boolean first, int state) {
        Dice dice = talk.dice;
        TcpEnd closer = talk.end(first);
        TcpEnd other = talk.end(!first);
        switch (state) {
            case 0 -> {}
            case 1 -> talk.pass(false, talk.client.syn());
            case 2 -> {
                talk.pass(false, talk.client.syn());
                talk.pass(true, talk.server.synAck());
            }
            case 3 -> talk.establish();
            case 4 -> {
                talk.establish();
                talk.pass(first, closer.fin());
            }
            case 5 -> {
                talk.establish();
                talk.pass(first, closer.fin());
                talk.pass(!first, other.ack());
            }
            case 6 -> {
                talk.establish();
                talk.pass(first, closer.fin());
                talk.pass(!first, other.fin());
            }
            case 7 -> {
                talk.establish();
                talk.pass(first, closer.fin());
                talk.pass(!first, other.fin());
                talk.pass(first, closer.ack());
            }
            case 8 -> {
                if (dice.coin()) {
                    talk.establish();
                } else {
                    talk.pass(false, talk.client.syn());
                    talk.pass(true, talk.server.synAck());
                }
                talk.lose(first, closer.reset(true));
            }
            case 9 -> {
                talk.pass(false, talk.client.syn());
                talk.pass(true, talk.server.syn());
            }
            default -> {
                talk.client.expected = talk.server.next;
                talk.server.expected = talk.client.next;
                talk.pass(first, closer.ack());
                if (dice.coin()) {
                    talk.pass(!first, other.ack());
                }
            }
        }
    }

    /** A segment of this class with numbers that fit as well as such a segment can. */
    private static TcpSegment ofClass(TcpTalk talk, boolean side, int flags) {
        Dice dice = talk.dice;
        TcpEnd end = talk.end(side);
        if (flags == SYN && dice.coin()) {
            end.begin(end.next + dice.of(1, 70_000));
        }
        TcpSegment segment = switch (flags) {
            case SYN -> end.syn();
            case SYN | ACK -> end.synAck();
            case FIN | ACK -> end.fin();
            case RST -> end.reset(false);
            case RST | ACK -> end.reset(true);
            default -> dice.coin() ? end.ack() : end.data(dice.between(1, 100));
        };
        if (dice.percent(15)) {
            segment.sequence = talk.pointedSequence(side);
        }
        return segment;
    }
}
