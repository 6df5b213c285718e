package org.conntwin.it.differential.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.conntwin.it.wire.Ends;
import org.conntwin.it.wire.Ip;
import org.conntwin.it.wire.TcpSegment;

/** Collects the packets of one trace. */
final class TraceBuilder {
    private static final long MICRO = 1_000L;
    private static final long BETWEEN = 20 * MICRO;

    private final Ends ends;
    private final List<Trace.Step> steps = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private long nanos;

    TraceBuilder(Ends ends) {
        this.ends = ends;
    }

    /** Who talks. */
    Ends ends() {
        return ends;
    }

    /** Packets so far. */
    int size() {
        return steps.size();
    }

    /** The packet sent as the i-th, from 0. */
    byte[] packet(int index) {
        return steps.get(index).packet().clone();
    }

    /** Lets time pass. */
    void pause(int micros) {
        nanos += micros * MICRO;
    }

    /** Sends a packet, numbered. */
    void send(byte[] packet) {
        add(packet, steps.size() + 1);
    }

    /** Sends a segment. */
    void send(boolean fromServer, TcpSegment segment) {
        send(segment.packet(ends, fromServer));
    }

    /** Sends a transport header and what follows it. */
    void send(boolean fromServer, int protocol, byte[] payload) {
        send(Ip.packet(ends, fromServer, protocol, payload));
    }

    /** Sends a fragment of the datagram with this number. */
    void sendFragment(byte[] fragment, int number) {
        add(fragment, number);
    }

    private void add(byte[] packet, int number) {
        Ip.number(packet, number);
        numbers.add(number);
        steps.add(new Trace.Step(nanos, packet));
        nanos += BETWEEN;
    }

    /** Sends the packets of other traces between these same ends, each in its order, mixed by chance. */
    void mix(List<TraceBuilder> others, Dice dice) {
        int[] turns = IntStream.range(0, others.size())
                .flatMap(which ->
                        IntStream.generate(() -> which).limit(others.get(which).size()))
                .toArray();
        int[] next = new int[others.size()];
        Map<List<Integer>, Integer> renumbered = new HashMap<>();
        for (int left = turns.length; left > 0; left--) {
            int turn = dice.between(0, left - 1);
            int which = turns[turn];
            turns[turn] = turns[left - 1];
            TraceBuilder other = others.get(which);
            int at = next[which]++;
            long before = at == 0 ? 0 : other.steps.get(at - 1).nanos() + BETWEEN;
            nanos += Math.max(0, other.steps.get(at).nanos() - before);
            int number = renumbered.computeIfAbsent(List.of(which, other.numbers.get(at)), old -> steps.size() + 1);
            add(other.packet(at), number);
        }
    }

    Trace build(String name) {
        return new Trace(name, ends.family(), steps);
    }
}
