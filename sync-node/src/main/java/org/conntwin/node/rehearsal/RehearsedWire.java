package org.conntwin.node.rehearsal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.conntwin.node.channel.ChannelListener;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.GateRehearsal;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.channel.View;
import org.conntwin.node.time.Clock;

/**
 * Joins two nodes: each message lies there until {@link #deliver}, and is sealed on its way. How much, the senders' windows
 * bound.
 */
final class RehearsedWire {
    private static final int DATAGRAM_BYTES = 1_400;

    private final View view;
    private final List<String> names;
    private final Queue<Runnable> underWay = new ArrayDeque<>();
    private final ChannelListener[] listeners = new ChannelListener[2];
    private final GateRehearsal gates;

    RehearsedWire(String first, String second, Clock clock) {
        names = List.of(first, second);
        gates = new GateRehearsal(clock::nanos, message -> heard(0, message), message -> heard(1, message));
        view = new View(1, names, false, Set.copyOf(names), Set.of());
    }

    SyncChannel open(String name, ChannelListener listener) {
        int end = names.indexOf(name);
        listeners[end] = listener;
        return new End(end);
    }

    private void heard(int end, byte[] message) {
        listeners[end].received(names.get(1 - end), message, 0, message.length);
    }

    /** What was sent arrives. */
    void deliver() {
        for (int left = underWay.size(); left > 0; left--) {
            underWay.remove().run();
        }
    }

    private final class End implements SyncChannel {
        private final int end;

        End(int end) {
            this.end = end;
        }

        @Override
        public void connect() {}

        @Override
        public void multicast(byte[] payload, int offset, int length, Delivery delivery) {
            byte[] message = Arrays.copyOfRange(payload, offset, offset + length);
            underWay.add(() -> gates.say(end, message));
        }

        @Override
        public boolean unicast(String node, byte[] payload, Delivery delivery) {
            multicast(payload, 0, payload.length, delivery);
            return true;
        }

        @Override
        public int payloadBytes() {
            return DATAGRAM_BYTES;
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of();
        }

        @Override
        public Map<String, Long> drops() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
