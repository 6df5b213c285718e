package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import org.conntwin.it.wire.TcpSegment;

/** Which resets and closes are believed, at the exact limits. */
final class TcpResetEdges {
    private TcpResetEdges() {}

    static void resets(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        for (int i = dice.between(1, 4); i > 0; i--) {
            TcpSegment reset = talk.end(side).reset(dice.coin());
            int acknowledged = talk.last[side ? 0 : 1].acknowledgment;
            reset.sequence = dice.of(acknowledged, acknowledged + TcpEdges.near(dice), 0, talk.pointedSequence(side));
            reset.acknowledgment = reset.has(ACK) ? dice.of(reset.acknowledgment, 0) : 0;
            reset.window = dice.of(0, reset.window);
            talk.lose(side, reset);
            if (dice.percent(40)) {
                boolean next = dice.coin();
                talk.pass(next, talk.end(next).ack());
            }
        }
    }

    static void resetAfterOwnData(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpSegment data = talk.end(side).data(dice.between(1, 100));
        talk.lose(side, data);
        if (dice.percent(20)) {
            talk.pass(!side, talk.end(!side).ack());
        }
        TcpSegment reset = talk.end(side).reset(dice.coin());
        reset.sequence = data.end() + dice.of(0, 0, 0, -1, 1);
        talk.lose(side, reset);
    }

    /** Resets while the handshake goes on, fitting and not. */
    static void resetBeforeAssured(TcpTalk talk, Dice dice, boolean side) {
        if (dice.percent(30)) {
            // Number 0 lies in the window.
            talk.client.begin(dice.between(-300, 0));
            talk.server.begin(dice.between(-300, 0));
        }
        talk.pass(false, talk.client.syn());
        if (dice.percent(20)) {
            TcpSegment old = talk.server.synAck();
            old.acknowledgment += dice.of(1, 1_000, -1_000);
            talk.lose(true, old);
        } else if (dice.percent(80)) {
            talk.pass(true, talk.server.synAck());
        }
        if (dice.percent(30)) {
            talk.pass(false, talk.client.ack());
        }
        if (dice.percent(20)) {
            talk.pass(true, talk.server.data(dice.between(1, 400)));
        }
        for (int i = dice.between(1, 3); i > 0; i--) {
            TcpSegment reset = talk.end(side).refusal(talk.last[side ? 0 : 1]);
            reset.sequence = dice.percent(30) ? 0 : reset.sequence + dice.of(0, 0, 0, 1, -1, 1_000);
            reset.acknowledgment += dice.of(0, 0, 0, 1, -1);
            talk.lose(side, reset);
        }
    }

    /** Resets behind a SYN that was let through, from either side. */
    static void resetAfterStraySyn(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        TcpEnd opener = talk.client;
        opener.begin(opener.next + dice.of(1, 70_000, 1 << 29));
        TcpSegment syn = opener.syn();
        talk.lose(false, syn);
        for (int i = dice.between(1, 2); i > 0; i--) {
            TcpSegment reset = talk.end(side).refusal(syn);
            reset.flags |= ACK;
            reset.acknowledgment = syn.end() + dice.of(0, 0, 0, 1, -1);
            reset.sequence = dice.coin() ? talk.pointedSequence(side) : dice.any();
            talk.lose(side, reset);
        }
        talk.lose(false, syn);
    }

    /** FIN or RST outside of the window, from one side, then from the other. */
    static void invalidPair(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        boolean now = side;
        for (int i = dice.between(2, 5); i > 0; i--) {
            TcpSegment segment =
                    dice.coin() ? talk.end(now).fin() : talk.end(now).reset(dice.coin());
            segment.sequence += dice.of(100_000, -200_000, 1 << 30, Integer.MIN_VALUE);
            segment.acknowledgment += dice.of(0, 0, 100_000);
            talk.lose(now, segment);
            now = dice.percent(75) != now;
        }
    }

    /** A SYN in LAST_ACK, and the acknowledgement that answers it. */
    static void challenged(TcpTalk talk, Dice dice, boolean side) {
        talk.establish();
        talk.pass(side, talk.end(side).fin());
        if (dice.percent(80)) {
            talk.pass(!side, talk.end(!side).fin());
        }
        boolean opener = dice.percent(70) ? false : side;
        TcpSegment challenge = talk.end(!opener).ack();
        talk.end(opener).begin(talk.end(opener).next + dice.of(1, 100_000));
        TcpSegment syn = talk.end(opener).syn();
        talk.lose(opener, syn);
        for (int i = dice.between(1, 3); i > 0; i--) {
            talk.lose(!opener, challenge);
        }
        if (dice.coin()) {
            talk.lose(opener, talk.end(opener).refusal(challenge));
            talk.lose(opener, syn);
        }
    }
}
