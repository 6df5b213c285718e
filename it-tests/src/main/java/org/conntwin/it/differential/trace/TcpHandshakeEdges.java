package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpSegment;

/** What a handshake may look like, at the exact limits. */
final class TcpHandshakeEdges {
    private TcpHandshakeEdges() {}

    static void synAgain(TcpTalk talk, Dice dice, boolean side) {
        TcpSegment syn = talk.client.syn();
        talk.pass(false, syn);
        if (dice.percent(20)) {
            talk.trace.pause(2_200_000);
        }
        for (int i = dice.between(1, 3); i > 0; i--) {
            TcpSegment other = syn.copy();
            other.sequence += dice.of(0, 1, -1, 1_000, -1_000, 70_000, Integer.MIN_VALUE);
            other.data = Bytes.filler(dice.of(0, 0, 10));
            other.options = dice.coin() ? other.options : TcpMutation.options(talk, false);
            talk.lose(false, other);
        }
        TcpSegment answer = talk.server.synAck();
        answer.acknowledgment = dice.coin() ? answer.acknowledgment : talk.last[0].end();
        talk.pass(true, answer);
        talk.pass(side, talk.end(side).ack());
        talk.pass(!side, talk.end(!side).ack());
    }

    static void synAckAgain(TcpTalk talk, Dice dice, boolean side) {
        talk.pass(false, talk.client.syn());
        TcpSegment answer = talk.server.synAck();
        for (int i = dice.between(1, 4); i > 0; i--) {
            TcpSegment other = answer.copy();
            other.sequence += dice.of(0, 0, 1, -1, 1_000, -65_535, -65_536, -65_537, -66_000, -66_001);
            other.acknowledgment += dice.of(0, 0, 0, 1, -1);
            talk.lose(true, other);
        }
        talk.pass(true, answer);
        talk.pass(false, talk.client.ack());
        talk.pass(side, talk.end(side).data(4));
    }

    /** Both ends begin, and the client's answer comes more than once. */
    static void crossing(TcpTalk talk, Dice dice, boolean side) {
        talk.pass(false, talk.client.syn());
        talk.pass(true, talk.server.syn());
        TcpSegment answer = talk.client.synAck();
        for (int i = dice.between(1, 3); i > 0; i--) {
            TcpSegment again = answer.copy();
            again.sequence += dice.of(0, 0, 1, 500, -500);
            again.window = dice.of(again.window, 1, 40_000);
            talk.lose(dice.percent(10), again);
        }
        TcpSegment data = talk.end(side).data(dice.between(0, 9));
        data.sequence += dice.of(0, 0, talk.end(!side).window, 500);
        talk.lose(side, data);
        talk.pass(!side, talk.end(!side).ack());
    }

    static void scales(TcpTalk talk, Dice dice, boolean side) {
        talk.client.scale = dice.of(-1, 0, 1, 13, 14, 15, 255);
        talk.server.scale = dice.of(-1, 0, 1, 13, 14, 15, 255);
        talk.client.agree(talk.server);
        talk.server.agree(talk.client);
        talk.end(side).window = dice.of(1, 2, 1_000);
        talk.establish();
        int shift = Math.min(14, Math.max(0, talk.end(side).scale));
        TcpSegment far = talk.end(!side).data(1);
        far.sequence = talk.last[side ? 1 : 0].acknowledgment
                + (talk.end(side).window << (dice.percent(70) ? shift : 0))
                + TcpEdges.near(dice);
        talk.lose(!side, far);
    }
}
