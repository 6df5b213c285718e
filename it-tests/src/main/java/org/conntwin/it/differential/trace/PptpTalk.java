package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Protocol;

/** Control connections of PPTP, and GRE packets of the calls that they set up. */
final class PptpTalk {
    private static final int[] BYTES = {0, 144, 144, 4, 4, 4, 8, 156, 20, 208, 12, 16, 4, 136, 28, 12};

    private final HelperTalk talk;
    private final TraceBuilder trace;
    private final Dice dice;
    private int clientId;
    private int serverId;

    private PptpTalk(TraceBuilder trace, Dice dice) {
        talk = HelperTalk.tcp(trace, dice, 1723);
        this.trace = trace;
        this.dice = dice;
    }

    static void write(TraceBuilder trace, Dice dice) {
        PptpTalk pptp = new PptpTalk(trace, dice);
        pptp.say(false, 1, -1, -1, -1);
        pptp.say(true, 2, -1, -1, 2);
        for (int i = dice.between(2, 10); i > 0; i--) {
            pptp.call();
            for (int j = dice.between(0, 4); j > 0; j--) {
                pptp.packet();
            }
            if (dice.percent(10)) {
                pptp.say(false, dice.of(3, 5, 15), -1, -1, -1);
                pptp.say(true, dice.of(4, 6, 14), -1, -1, 0);
            }
        }
    }

    private void call() {
        if (dice.percent(70)) {
            clientId = dice.between(0, 65_535);
            serverId = dice.between(0, 65_535);
        }
        switch (dice.between(0, 3)) {
            case 0, 1 -> {
                say(false, 7, clientId, -1, -1);
                say(true, 8, serverId, clientId, 4);
            }
            case 2 -> {
                say(true, 9, serverId, -1, -1);
                say(false, 10, clientId, serverId, 4);
                say(true, 11, clientId, -1, -1);
            }
            default -> {
                say(false, 12, clientId, -1, -1);
                say(true, 13, serverId, -1, -1);
            }
        }
    }

    /** @param okAt where the result stands in the body, negative for nowhere */
    private void say(boolean fromServer, int type, int first, int second, int okAt) {
        byte[] message = new byte[12 + BYTES[type]];
        Bytes.put16(message, 0, message.length);
        Bytes.put16(message, 2, dice.percent(97) ? 1 : 2);
        Bytes.put32(message, 4, dice.percent(97) ? 0x1a2b3c4d : dice.any());
        Bytes.put16(message, 8, type);
        if (first >= 0) {
            Bytes.put16(message, 12, first);
        }
        if (second >= 0) {
            Bytes.put16(message, 14, dice.percent(95) ? second : second + 1);
        }
        if (okAt >= 0) {
            message[12 + okAt] = (byte) (dice.percent(92) ? 1 : 2);
        }
        talk.say(dice.percent(3) != fromServer, message);
    }

    private void packet() {
        boolean fromServer = dice.coin();
        byte[] packet = new byte[8 + dice.between(0, 12)];
        Bytes.put16(packet, 0, 0x3001);
        Bytes.put16(packet, 2, 0x880b);
        Bytes.put16(packet, 4, packet.length - 8);
        int id = fromServer ? clientId : serverId;
        Bytes.put16(packet, 6, dice.percent(90) ? id : id + 1);
        trace.send(fromServer, Protocol.GRE, packet);
    }
}
