package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpOptions;
import org.conntwin.it.wire.TcpSegment;

/** Makes a right segment wrong in one or more ways. */
final class TcpMutation {
    private static final int[] LEGAL = {
        SYN, SYN | ACK, ACK, FIN | ACK, RST, RST | ACK, SYN | URG, FIN | ACK | URG, ACK | URG, ACK | PSH
    };

    private TcpMutation() {}

    /** Changes the segment, which the given side is about to send. */
    static void mutate(TcpTalk talk, boolean fromServer, TcpSegment segment) {
        Dice dice = talk.dice;
        do {
            switch (dice.between(0, 15)) {
                case 0, 1, 2 -> segment.sequence = talk.pointedSequence(fromServer);
                case 3, 4, 5 -> segment.acknowledgment = talk.pointedAcknowledgment(fromServer);
                case 6, 7 -> segment.flags = dice.of(LEGAL);
                case 8 -> segment.flags = dice.between(0, 255);
                case 9 ->
                    segment.window = dice.of(0, 0, 1, segment.window + 1 & 0xffff, 65_535, dice.between(0, 65_535));
                case 10, 11 -> segment.options = options(talk, fromServer);
                case 12 ->
                    segment.data =
                            Bytes.filler(dice.of(0, 1, 2, 500, 1_460, Math.min(9_000, talk.end(!fromServer).window)));
                case 13 -> broken(dice, segment);
                case 14 -> {
                    segment.sequence = talk.pointedSequence(fromServer);
                    segment.acknowledgment = talk.pointedAcknowledgment(fromServer);
                }
                default -> segment.flags |= dice.of(PSH, URG, ECE, CWR, ECE | CWR);
            }
        } while (dice.percent(25));
    }

    private static void broken(Dice dice, TcpSegment segment) {
        switch (dice.between(0, 3)) {
            case 0 -> segment.wrongChecksum = true;
            case 1 -> segment.headerWords = dice.between(0, 15);
            case 2 -> segment.cut = dice.between(0, 20 + segment.options.length);
            default -> {
                segment.options = dice.bytes(4 * dice.between(0, 10));
                segment.headerWords = 5 + segment.options.length / 4;
            }
        }
    }

    /** Options that mean something, or look so. */
    static byte[] options(TcpTalk talk, boolean fromServer) {
        Dice dice = talk.dice;
        TcpOptions options = new TcpOptions();
        for (int i = dice.between(0, 3); i > 0; i--) {
            switch (dice.between(0, 11)) {
                case 0 -> options.mss(dice.between(0, 65_535));
                case 1 -> options.scale(dice.of(0, 1, 7, 13, 14, 15, 16, 255));
                case 2 -> options.sackPermitted();
                case 3, 4 -> options.nop().nop().timestamps(dice.any(), dice.any());
                case 5, 6, 7 -> options.nop().nop().sack(sackEdges(talk, fromServer));
                case 8 -> options.end();
                case 9 -> options.nop();
                case 10 -> options.raw(dice.between(0, 255), dice.of(0, 1, 2, 3, 10, 40, 255), dice.bytes(2));
                default -> options.raw(dice.of(2, 3, 4, 5, 8), dice.of(1, 2, 3, 4, 5, 9, 10, 11), dice.bytes(4));
            }
        }
        return options.bytes();
    }

    /** Right edges beyond what was acknowledged, up to and over what was sent. */
    static int[] sackEdges(TcpTalk talk, boolean fromServer) {
        Dice dice = talk.dice;
        int[] edges = new int[2 * dice.between(1, 4)];
        for (int i = 0; i < edges.length; i += 2) {
            edges[i + 1] = talk.pointedAcknowledgment(fromServer);
            edges[i] = edges[i + 1] - dice.of(-10, 0, 1, 100, 1_000);
        }
        return edges;
    }
}
