package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.TcpSegment;

/** A new SYN on a live entry, and every kind of answer to it. */
final class TcpOutOfSync {
    private TcpOutOfSync() {}

    static void write(TraceBuilder trace, Dice dice) {
        TcpTalk talk = TcpTalk.random(trace, dice);
        arrive(talk);
        for (int round = dice.between(1, 5); round > 0; round--) {
            surprise(talk);
            if (dice.percent(40)) {
                TcpRandomWalk.walk(talk, dice.between(1, 5), dice.of(0, 20, 60));
            }
        }
    }

    /** Makes the entry that will be surprised. */
    private static void arrive(TcpTalk talk) {
        Dice dice = talk.dice;
        boolean side = dice.coin();
        switch (dice.between(0, 9)) {
            case 0 -> {
                talk.pass(false, talk.client.syn());
                talk.pass(true, talk.server.synAck());
            }
            case 1 -> pickUp(talk);
            case 2, 3 -> {
                talk.establish();
                talk.pass(side, talk.end(side).fin());
                if (dice.coin()) {
                    talk.pass(!side, talk.end(!side).ack());
                }
            }
            case 4, 5 -> {
                talk.establish();
                talk.pass(side, talk.end(side).fin());
                talk.pass(!side, talk.end(!side).fin());
            }
            default -> talk.establish();
        }
    }

    private static void pickUp(TcpTalk talk) {
        boolean side = talk.dice.coin();
        talk.client.expected = talk.server.next;
        talk.server.expected = talk.client.next;
        talk.pass(side, talk.end(side).ack());
        talk.pass(!side, talk.end(!side).ack());
        talk.pass(side, talk.end(side).ack());
    }

    /** One side forgot the connection, or both did, and begins another. */
    static void surprise(TcpTalk talk) {
        Dice dice = talk.dice;
        boolean side = dice.percent(20);
        TcpEnd opener = talk.end(side);
        TcpEnd other = talk.end(!side);
        int oldNext = other.next;
        int oldExpected = other.expected;
        talk.renew();
        TcpSegment syn = opener.syn();
        talk.pass(side, syn);
        if (dice.percent(25)) {
            talk.pass(side, dice.percent(70) ? syn : opener.syn());
        }
        switch (dice.between(0, 9)) {
            case 0 -> {
                // The other end still lives in the old connection and says so.
                TcpSegment challenge = other.ack();
                challenge.sequence = oldNext;
                challenge.acknowledgment = oldExpected + dice.of(0, 0, 0, -1, 1, 500);
                talk.lose(!side, challenge);
                TcpSegment reset = opener.refusal(challenge);
                reset.sequence += dice.of(0, 0, 0, 1, -1);
                talk.lose(side, reset);
                talk.pass(side, syn);
                finish(talk, side);
            }
            case 1 -> {
                TcpSegment refusal = other.refusal(syn);
                refusal.acknowledgment += dice.of(0, 0, 0, 1, -1);
                talk.lose(!side, refusal);
                if (dice.coin()) {
                    talk.renew();
                    talk.pass(side, opener.syn());
                    finish(talk, side);
                }
            }
            case 2 -> {
                TcpSegment wrong = other.synAck();
                wrong.acknowledgment += dice.of(-1, 1, 2, 1_000, Integer.MIN_VALUE);
                talk.lose(!side, wrong);
                talk.lose(side, dice.coin() ? opener.ack() : opener.refusal(wrong));
                if (dice.coin()) {
                    finish(talk, side);
                }
            }
            case 3 -> {
                TcpSegment alien = other.reset(dice.coin());
                alien.sequence = dice.coin() ? oldNext : talk.pointedSequence(!side);
                talk.lose(!side, alien);
                talk.pass(side, syn);
                finish(talk, side);
            }
            case 4 -> {
                // An old segment of the opener comes late, between the SYN and its answer.
                TcpSegment late = opener.data(10);
                late.sequence = talk.pointedSequence(side);
                talk.lose(side, late);
                opener.next = syn.end();
                finish(talk, side);
            }
            default -> finish(talk, side);
        }
    }

    /** The rest of the handshake and some data; the answer may come more than once. */
    static void finish(TcpTalk talk, boolean side) {
        Dice dice = talk.dice;
        TcpEnd opener = talk.end(side);
        TcpEnd other = talk.end(!side);
        TcpSegment answer = other.synAck();
        if (dice.percent(15)) {
            answer.options = TcpMutation.options(talk, !side);
        }
        talk.pass(!side, answer);
        if (dice.percent(20)) {
            talk.pass(!side, answer);
        }
        talk.pass(side, opener.ack());
        for (int i = dice.between(0, 3); i > 0; i--) {
            boolean sender = dice.coin();
            talk.pass(sender, talk.end(sender).data(dice.between(1, 200)));
            talk.pass(!sender, talk.end(!sender).ack());
        }
    }
}
