package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpSegment;

/** Connections as they are: real ends on a network that loses, repeats and reorders. */
final class TcpNormal {
    private final TcpTalk talk;
    private final Dice dice;

    private TcpNormal(TcpTalk talk) {
        this.talk = talk;
        this.dice = talk.dice;
    }

    static void write(TraceBuilder trace, Dice dice) {
        for (int connections = dice.between(1, 3); connections > 0; connections--) {
            new TcpNormal(TcpTalk.random(trace, dice)).run();
        }
    }

    private void run() {
        open();
        for (int round = dice.between(1, 6); round > 0; round--) {
            exchange();
        }
        close();
    }

    private void open() {
        TcpSegment syn = talk.client.syn();
        if (dice.percent(10)) {
            talk.lose(false, syn);
            syn = talk.client.again();
        }
        if (dice.percent(5)) {
            syn.data = Bytes.filler(dice.between(1, 50));
            talk.client.next = syn.end();
        }
        if (dice.percent(5)) {
            simultaneously(syn);
            return;
        }
        talk.pass(false, syn);
        if (dice.percent(5)) {
            talk.pass(false, syn);
        }
        TcpSegment answer = talk.server.synAck();
        if (dice.percent(10)) {
            talk.lose(true, answer);
            if (dice.coin()) {
                talk.pass(false, talk.client.again());
            }
        }
        talk.pass(true, answer);
        talk.pass(false, dice.percent(30) ? talk.client.data(dice.between(1, 200)) : talk.client.ack());
    }

    private void simultaneously(TcpSegment syn) {
        TcpSegment other = talk.server.syn();
        talk.pass(false, syn);
        talk.pass(true, other);
        talk.pass(false, answerTo(talk.client));
        if (dice.coin()) {
            talk.pass(true, answerTo(talk.server));
        }
        talk.pass(true, talk.server.ack());
        talk.pass(false, talk.client.ack());
    }

    private static TcpSegment answerTo(TcpEnd end) {
        int next = end.next;
        TcpSegment answer = end.synAck();
        end.next = next;
        return answer;
    }

    private void exchange() {
        boolean side = dice.coin();
        TcpEnd sender = talk.end(side);
        TcpEnd receiver = talk.end(!side);
        switch (dice.between(0, 9)) {
            case 0 -> keepAlive(side, sender, receiver);
            case 1 -> zeroWindow(side, sender, receiver);
            case 2 -> talk.pass(side, sender.ack());
            default -> burst(side, sender, receiver);
        }
        if (dice.percent(20)) {
            talk.trace.pause(dice.between(1_000, 30_000));
        }
    }

    /** Some segments, some lost before or behind the router, some late; acknowledgements; repetitions. */
    private void burst(boolean side, TcpEnd sender, TcpEnd receiver) {
        TcpSegment late = null;
        for (int i = dice.between(1, 6); i > 0; i--) {
            TcpSegment segment = sender.data(dice.of(1, 10, 100, 536, 1_460, dice.between(1, 300)));
            int fate = dice.between(0, 99);
            if (fate < 6) {
                continue;
            }
            if (fate < 12) {
                talk.lose(side, segment);
            } else if (fate < 20 && late == null) {
                late = segment;
            } else {
                talk.pass(side, segment);
            }
            if (dice.percent(50)) {
                acknowledge(side, receiver);
            }
        }
        if (late != null) {
            talk.pass(side, late);
        }
        acknowledge(side, receiver);
        for (int tries = 0; tries < 8 && sender.unacknowledged != sender.next; tries++) {
            talk.pass(side, sender.again());
            acknowledge(side, receiver);
        }
        if (dice.percent(10)) {
            talk.pass(side, sender.keepAlive(0));
        }
    }

    private void acknowledge(boolean side, TcpEnd receiver) {
        TcpSegment ack = dice.percent(15) ? receiver.data(dice.between(1, 100)) : receiver.ack();
        if (dice.percent(8)) {
            talk.lose(!side, ack);
        } else {
            talk.pass(!side, ack);
        }
    }

    private void keepAlive(boolean side, TcpEnd sender, TcpEnd receiver) {
        for (int i = dice.between(1, 5); i > 0; i--) {
            talk.pass(side, sender.keepAlive(dice.between(0, 1)));
            if (dice.percent(70)) {
                talk.pass(!side, receiver.ack());
            }
        }
    }

    private void zeroWindow(boolean side, TcpEnd sender, TcpEnd receiver) {
        int window = receiver.window;
        talk.pass(side, sender.data(dice.between(1, 500)));
        receiver.window = 0;
        talk.pass(!side, receiver.ack());
        for (int i = dice.between(0, 4); i > 0; i--) {
            talk.lose(side, sender.keepAlive(dice.between(0, 1)));
            talk.pass(!side, receiver.ack());
        }
        receiver.window = dice.percent(80) ? window : 1;
        talk.pass(!side, receiver.ack());
        receiver.window = window;
    }

    private void close() {
        boolean side = dice.coin();
        TcpEnd first = talk.end(side);
        TcpEnd second = talk.end(!side);
        switch (dice.between(0, 7)) {
            case 0 -> talk.pass(side, first.reset(dice.coin()));
            case 1 -> {
                TcpSegment ours = first.fin();
                TcpSegment theirs = second.fin();
                talk.pass(side, ours);
                talk.pass(!side, theirs);
                talk.pass(side, first.ack());
                talk.pass(!side, second.ack());
            }
            case 2 -> {
                talk.pass(side, first.fin());
                talk.pass(!side, second.ack());
                talk.pass(!side, second.data(dice.between(1, 200)));
                talk.pass(side, first.refusal(talk.last[side ? 0 : 1]));
            }
            case 3 -> {}
            default -> {
                talk.pass(side, first.fin());
                if (dice.coin()) {
                    talk.pass(!side, second.ack());
                }
                for (int i = dice.between(0, 3); i > 0; i--) {
                    talk.pass(!side, second.data(dice.between(1, 300)));
                    talk.pass(side, first.ack());
                }
                talk.pass(!side, second.fin());
                if (dice.percent(10)) {
                    talk.pass(!side, second.again());
                }
                talk.pass(side, first.ack());
            }
        }
    }
}
