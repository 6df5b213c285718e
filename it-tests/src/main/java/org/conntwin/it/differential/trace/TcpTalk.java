package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import org.conntwin.it.wire.TcpSegment;

/**
 * A TCP connection through the router: both ends, what was sent, and roughly the windows that a tracker sees, to aim at
 * their edges. Being wrong about them makes a trace less pointed, never wrong.
 */
final class TcpTalk {
    final TraceBuilder trace;
    final Dice dice;
    final TcpEnd client;
    final TcpEnd server;

    /** Highest number sent, by side: client, server. */
    final int[] highest = new int[2];
    /** Highest number that the other side's window allows. */
    final int[] limit = new int[2];
    /** Largest window announced, scaled. */
    final int[] widest = new int[2];
    /** The segment sent last by each side. */
    final TcpSegment[] last = new TcpSegment[2];

    TcpTalk(TraceBuilder trace, Dice dice, int clientPort, int serverPort) {
        this.trace = trace;
        this.dice = dice;
        client = TcpEnd.random(dice, clientPort, serverPort);
        server = TcpEnd.random(dice, serverPort, clientPort);
        client.agree(server);
        server.agree(client);
        last[0] = client.ack();
        last[1] = server.ack();
    }

    /** A connection on random ports. */
    static TcpTalk random(TraceBuilder trace, Dice dice) {
        return new TcpTalk(trace, dice, dice.clientPort(), dice.of(22, 80, 110, 443, 5_432, 8_080));
    }

    TcpEnd end(boolean fromServer) {
        return fromServer ? server : client;
    }

    /** Both begin anew with other numbers and properties. */
    void renew() {
        for (boolean side : new boolean[] {false, true}) {
            TcpEnd end = end(side);
            if (dice.percent(70)) {
                end.properties(dice);
            }
            int step = dice.of(1, 1_000, 66_000, 200_000, 1 << 30, dice.any());
            end.begin(dice.percent(50) ? end.next + step : dice.sequence());
        }
        client.agree(server);
        server.agree(client);
    }

    /** Sends a segment that reaches the other end. */
    void pass(boolean fromServer, TcpSegment segment) {
        lose(fromServer, segment);
        end(!fromServer).receive(segment);
    }

    /** Sends a segment that the tracker sees, but the other end does not. */
    void lose(boolean fromServer, TcpSegment segment) {
        trace.send(fromServer, segment);
        note(fromServer ? 1 : 0, segment);
        if (dice.percent(20)) {
            trace.pause(dice.between(50, 2_000));
        }
    }

    private void note(int side, TcpSegment segment) {
        int other = 1 - side;
        TcpEnd end = end(side == 1);
        int shift = segment.has(SYN) || !end.scales ? 0 : end.scale;
        int scaled = segment.window << shift;
        if (segment.has(SYN)) {
            highest[side] = segment.end();
            widest[side] = Math.max(scaled, 1);
        } else {
            widest[side] = Math.max(widest[side], scaled);
            if (segment.end() - highest[side] > 0) {
                highest[side] = segment.end();
            }
        }
        if (segment.has(ACK)) {
            limit[other] = segment.acknowledgment + scaled;
        }
        last[side] = segment;
    }

    /** The three packets that open a connection. */
    void open() {
        client.expected = 0;
        pass(false, client.syn());
        pass(true, server.synAck());
        pass(false, client.ack());
    }

    /** Open, with a little data each way, so that it is assured. */
    void establish() {
        open();
        if (dice.percent(70)) {
            boolean side = dice.coin();
            pass(side, end(side).data(dice.between(1, 100)));
            pass(!side, end(!side).ack());
        }
        if (dice.percent(30)) {
            boolean side = dice.coin();
            pass(side, end(side).data(dice.between(1, 100)));
            pass(!side, end(!side).data(dice.between(1, 100)));
        }
    }

    /** A sequence number of this side that some rule may care about. */
    int pointedSequence(boolean fromServer) {
        int side = fromServer ? 1 : 0;
        TcpEnd end = end(fromServer);
        int base = switch (dice.between(0, 9)) {
            case 0, 1 -> end.next;
            case 2 -> highest[side];
            case 3, 4 -> limit[side];
            case 5 -> highest[side] - widest[1 - side];
            case 6 -> last[1 - side].acknowledgment;
            case 7 -> end.initial;
            case 8 -> dice.coin() ? last[side].sequence : last[side].end();
            default -> dice.percent(30) ? dice.any() : end.next + dice.of(Integer.MIN_VALUE, 66_000, -66_000);
        };
        return base + dice.of(-2, -1, -1, 0, 0, 0, 1, 1, 2);
    }

    /** An acknowledgement of this side that some rule may care about. */
    int pointedAcknowledgment(boolean fromServer) {
        int side = fromServer ? 1 : 0;
        int other = 1 - side;
        int base = switch (dice.between(0, 8)) {
            case 0, 1 -> end(fromServer).expected;
            case 2, 3 -> highest[other];
            case 4 -> highest[other] - Math.max(66_000, widest[side]);
            case 5 -> last[other].end();
            case 6 -> last[side].acknowledgment;
            case 7 -> end(!fromServer).initial;
            default -> dice.percent(30) ? dice.any() : highest[other] + Integer.MIN_VALUE;
        };
        return base + dice.of(-2, -1, -1, 0, 0, 0, 1, 1, 2);
    }
}
