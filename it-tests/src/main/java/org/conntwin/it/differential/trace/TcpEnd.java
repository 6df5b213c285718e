package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.*;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpOptions;
import org.conntwin.it.wire.TcpSegment;

/** One end of a TCP connection as its own stack sees it: makes the next right segment, takes in the other end's. */
final class TcpEnd {
    private static final int MAX_SACK_BLOCKS = 3;

    final int port;
    final int otherPort;

    int initial;
    /** The next new sequence number to send. */
    int next;
    /** The lowest that the other end has not acknowledged. */
    int unacknowledged;
    /** The next sequence number expected of the other end. */
    int expected;
    /** As in the header. */
    int window;
    /** Window scale that it offers; none when negative. */
    int scale;

    int mss;
    boolean offersSack;
    boolean offersStamps;
    /** Whether both offered them. */
    boolean sacks;

    boolean stamps;
    boolean scales;

    private int clock;
    private int echo;
    private final List<TcpSegment> flight = new ArrayList<>();
    /** Ranges that came early, newest first, left and right edges. */
    private final List<int[]> early = new ArrayList<>();

    private TcpEnd(int port, int otherPort) {
        this.port = port;
        this.otherPort = otherPort;
    }

    /** An end with random properties. */
    static TcpEnd random(Dice dice, int port, int otherPort) {
        TcpEnd end = new TcpEnd(port, otherPort);
        end.begin(dice.sequence());
        end.clock = dice.any();
        end.properties(dice);
        return end;
    }

    /** Other windows and options, as another program on the same port has. */
    void properties(Dice dice) {
        window = dice.of(0, 1, 1_000, 4_096, 8_192, 29_200, 32_792, 64_240, 65_535);
        scale = dice.percent(60) ? dice.of(0, 1, 2, 7, 8, 9, 14) : -1;
        mss = dice.of(0, 536, 1_400, 1_460);
        offersSack = dice.percent(60);
        offersStamps = dice.percent(40);
    }

    /** Forgets the connection and begins another with this number. */
    void begin(int newInitial) {
        initial = newInitial;
        next = newInitial;
        unacknowledged = newInitial;
        expected = 0;
        flight.clear();
        early.clear();
    }

    private TcpSegment segment(int flags, int sequence, byte[] data) {
        TcpSegment segment = new TcpSegment();
        segment.sourcePort = port;
        segment.destinationPort = otherPort;
        segment.flags = flags;
        segment.sequence = sequence;
        segment.acknowledgment = (flags & ACK) != 0 ? expected : 0;
        segment.window = window;
        segment.data = data;
        segment.options = (flags & SYN) != 0 ? greeting() : (flags & RST) != 0 ? new byte[0] : usual();
        return segment;
    }

    private byte[] greeting() {
        TcpOptions options = new TcpOptions();
        if (mss > 0) {
            options.mss(mss);
        }
        if (offersSack) {
            options.sackPermitted();
        }
        if (offersStamps) {
            options.timestamps(clock++, echo);
        }
        if (scale >= 0) {
            options.scale(scale);
        }
        return options.bytes();
    }

    private byte[] usual() {
        TcpOptions options = new TcpOptions();
        if (stamps) {
            options.nop().nop().timestamps(clock++, echo);
        }
        if (sacks && !early.isEmpty()) {
            int blocks = Math.min(MAX_SACK_BLOCKS, early.size());
            int[] edges = new int[blocks * 2];
            for (int i = 0; i < blocks; i++) {
                edges[2 * i] = early.get(i)[0];
                edges[2 * i + 1] = early.get(i)[1];
            }
            options.nop().nop().sack(edges);
        }
        return options.bytes();
    }

    private TcpSegment inFlight(TcpSegment segment) {
        next = segment.end();
        flight.add(segment);
        return segment;
    }

    TcpSegment syn() {
        next = initial;
        return inFlight(segment(SYN, initial, new byte[0]));
    }

    TcpSegment synAck() {
        next = initial;
        return inFlight(segment(SYN | ACK, initial, new byte[0]));
    }

    TcpSegment ack() {
        return segment(ACK, next, new byte[0]);
    }

    TcpSegment data(int length) {
        return inFlight(segment(length % 2 == 0 ? ACK : ACK | PSH, next, Bytes.filler(length)));
    }

    /** Data of one's own. */
    TcpSegment data(byte[] data) {
        return inFlight(segment(ACK | PSH, next, data));
    }

    TcpSegment fin() {
        return inFlight(segment(FIN | ACK, next, new byte[0]));
    }

    /** A reset as an application causes it. */
    TcpSegment reset(boolean acknowledging) {
        return segment(acknowledging ? RST | ACK : RST, next, new byte[0]);
    }

    /** The reset that answers a segment which nobody expects (RFC 9293, 3.10.7.1). */
    TcpSegment refusal(TcpSegment unexpected) {
        boolean acknowledged = unexpected.has(ACK);
        TcpSegment segment =
                segment(acknowledged ? RST : RST | ACK, acknowledged ? unexpected.acknowledgment : 0, new byte[0]);
        segment.acknowledgment = acknowledged ? 0 : unexpected.end();
        segment.window = 0;
        return segment;
    }

    /** The oldest segment that was not acknowledged, with today's acknowledgement; a pure one when there is none. */
    TcpSegment again() {
        if (flight.isEmpty()) {
            return ack();
        }
        TcpSegment segment = flight.getFirst().copy();
        if (segment.has(ACK)) {
            segment.acknowledgment = expected;
        }
        return segment;
    }

    /** Asks whether the other end is there: a number that is acknowledged already. */
    TcpSegment keepAlive(int length) {
        return segment(ACK, next - 1, Bytes.filler(length));
    }

    /** Takes in what came from the other end. */
    void receive(TcpSegment segment) {
        if (segment.has(SYN)) {
            greeted(segment);
        }
        if (segment.has(ACK) && segment.acknowledgment - unacknowledged > 0) {
            unacknowledged = segment.acknowledgment;
            flight.removeIf(sent -> sent.end() - unacknowledged <= 0);
        }
        if (segment.has(RST) || segment.end() - expected <= 0) {
            return;
        }
        if (segment.sequence - expected <= 0) {
            expected = segment.end();
            join();
        } else {
            early.addFirst(new int[] {segment.sequence, segment.end()});
        }
    }

    private void greeted(TcpSegment greeting) {
        expected = greeting.sequence;
        early.clear();
        echo = greeting.sequence;
    }

    private void join() {
        boolean joined = true;
        while (joined) {
            joined = false;
            for (int[] range : early) {
                if (range[0] - expected <= 0) {
                    expected = Math.max(range[1] - expected, 0) + expected;
                    early.remove(range);
                    joined = true;
                    break;
                }
            }
        }
    }

    /** Agrees with the other end on what both offered. */
    void agree(TcpEnd other) {
        sacks = offersSack && other.offersSack;
        stamps = offersStamps && other.offersStamps;
        scales = scale >= 0 && other.scale >= 0;
    }
}
