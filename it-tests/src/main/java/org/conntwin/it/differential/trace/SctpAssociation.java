package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Sctp;
import org.conntwin.tracker.model.Protocol;

/** SCTP: associations as they are, collisions, random chunks and wrong tags. */
final class SctpAssociation {
    private final TraceBuilder trace;
    private final Dice dice;
    private final int[] ports = new int[2];
    /** The tag that each side wants to see in what it is sent. */
    private final int[] tags = new int[2];

    private SctpAssociation(TraceBuilder trace, Dice dice) {
        this.trace = trace;
        this.dice = dice;
        ports[0] = dice.clientPort();
        ports[1] = dice.of(3_868, 36_412, ports[0]);
        tags[0] = dice.percent(4) ? 0 : dice.any();
        tags[1] = dice.percent(4) ? 0 : dice.any();
    }

    static void write(TraceBuilder trace, Dice dice) {
        boolean slow = dice.percent(15);
        for (int associations = dice.between(1, 3); associations > 0; associations--) {
            SctpAssociation association = new SctpAssociation(trace, dice);
            int wrong = dice.of(0, 10, 30, 60);
            for (int step = association.opening(); step > 0; step--) {
                association.any(wrong);
                if (slow && dice.percent(10)) {
                    trace.pause(dice.of(1_300_000, 3_250_000));
                }
            }
        }
    }

    /** One INIT, perhaps with its answer. */
    static void begin(TraceBuilder trace, Dice dice) {
        SctpAssociation association = new SctpAssociation(trace, dice);
        association.chunk(false, Sctp.INIT);
        if (dice.coin()) {
            association.chunk(true, Sctp.INIT_ACK);
        }
    }

    /** Opens it in one of many ways. @return steps that may follow */
    private int opening() {
        boolean side = dice.percent(20);
        switch (dice.between(0, 9)) {
            case 0 -> {}
            case 1 -> collision();
            case 2 -> {
                chunk(side, Sctp.INIT);
                chunk(side, Sctp.INIT);
                chunk(!side, Sctp.INIT_ACK);
            }
            case 3 -> {
                chunk(side, Sctp.HEARTBEAT);
                chunk(!side, Sctp.HEARTBEAT_ACK);
                chunk(side, Sctp.DATA);
            }
            default -> {
                chunk(side, Sctp.INIT);
                chunk(!side, Sctp.INIT_ACK);
                chunk(side, Sctp.COOKIE_ECHO);
                chunk(!side, Sctp.COOKIE_ACK);
                if (dice.coin()) {
                    chunk(side, Sctp.DATA);
                    chunk(!side, Sctp.SACK);
                }
                if (dice.percent(30)) {
                    chunk(side, Sctp.SHUTDOWN);
                    chunk(!side, Sctp.SHUTDOWN_ACK);
                    chunk(side, Sctp.SHUTDOWN_COMPLETE);
                }
                if (dice.percent(20)) {
                    restart(side);
                }
            }
        }
        return dice.between(2, 25);
    }

    /** Both begin at once; which of the answers the router sees, and in what order, differs. */
    private void collision() {
        chunk(false, Sctp.INIT);
        if (dice.coin()) {
            tags[1] = dice.coin() ? tags[1] : dice.any();
        }
        chunk(true, Sctp.INIT);
        boolean first = dice.coin();
        chunk(first, Sctp.INIT_ACK);
        if (dice.coin()) {
            chunk(!first, Sctp.INIT_ACK);
        }
        chunk(!first, Sctp.COOKIE_ECHO);
        chunk(first, dice.coin() ? Sctp.COOKIE_ECHO : Sctp.COOKIE_ACK);
        chunk(!first, Sctp.COOKIE_ACK);
    }

    private void restart(boolean side) {
        tags[0] = dice.percent(4) ? 0 : dice.any();
        tags[1] = dice.percent(4) ? 0 : dice.any();
        chunk(side, Sctp.INIT);
        chunk(!side, Sctp.INIT_ACK);
        chunk(side, Sctp.COOKIE_ECHO);
        chunk(!side, Sctp.COOKIE_ACK);
    }

    private void any(int wrong) {
        boolean side = dice.coin();
        int type = dice.percent(85) ? dice.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 0, 4, 5) : dice.between(0, 255);
        if (dice.percent(wrong)) {
            broken(side, type);
        } else if (dice.percent(20)) {
            send(side, tag(side, type), false, bytes(side, type), bytes(side, dice.of(0, 3, 4, 10, 11)));
        } else {
            chunk(side, type);
        }
    }

    private void chunk(boolean side, int type) {
        send(side, tag(side, type), false, bytes(side, type));
    }

    private int tag(boolean side, int type) {
        return type == Sctp.INIT ? 0 : tags[side ? 0 : 1];
    }

    private byte[] bytes(boolean side, int type) {
        if (type == Sctp.INIT || type == Sctp.INIT_ACK) {
            return Sctp.init(type, tags[side ? 1 : 0]);
        }
        return Sctp.chunk(type, 0, -1, Bytes.filler(dice.of(0, 4, 12, 13)));
    }

    private void send(boolean side, int tag, boolean wrongChecksum, byte[]... chunks) {
        int from = side ? 1 : 0;
        trace.send(side, Protocol.SCTP, Sctp.packet(ports[from], ports[1 - from], tag, wrongChecksum, chunks));
    }

    private void broken(boolean side, int type) {
        switch (dice.between(0, 9)) {
            case 0, 1, 2 -> send(side, dice.of(0, 1, tags[0], tags[1], dice.any()), false, bytes(side, type));
            case 3 -> send(side, tag(side, type), true, bytes(side, type));
            case 4 -> send(side, tag(side, type), false, Sctp.chunk(type, dice.between(0, 3), -1, new byte[4]));
            case 5 -> {
                int tag = dice.of(tags[0], tags[1]);
                send(side, tag, false, Sctp.chunk(dice.of(Sctp.ABORT, Sctp.SHUTDOWN_COMPLETE), 1, -1, new byte[0]));
            }
            case 6 -> {
                int length = dice.of(0, 1, 3, 4, 5, 100, 65_535);
                send(side, tag(side, type), false, Sctp.chunk(type, 0, length, dice.bytes(dice.between(0, 24))));
            }
            case 7 -> send(side, tag(side, type), false, Sctp.init(dice.of(Sctp.INIT, Sctp.INIT_ACK), dice.any()));
            case 8 -> {
                int from = side ? 1 : 0;
                byte[] packet = Sctp.packet(ports[from], ports[1 - from], tag(side, type), false, bytes(side, type));
                trace.send(side, Protocol.SCTP, Bytes.cut(packet, dice.between(0, packet.length)));
            }
            default -> {
                byte[][] chunks = new byte[dice.between(0, 4)][];
                for (int i = 0; i < chunks.length; i++) {
                    chunks[i] = bytes(side, dice.percent(80) ? dice.between(0, 14) : dice.between(0, 255));
                }
                send(side, tag(side, type), false, chunks);
            }
        }
    }
}
