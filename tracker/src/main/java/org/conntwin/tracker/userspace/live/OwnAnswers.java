package org.conntwin.tracker.userspace.live;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.PacketBurst;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracking;

/**
 * Errors and resets that the machine itself sends about packets between the two passes whose tuple there is none that the
 * table knows: of translated flows, and of new ones that a ruleset rejects. They are related to the flow, in the other
 * direction, and are not judged (kernel behaviour: {@code nf_conntrack_attach}); a reset closes it. Guarded by the table's
 * lock.
 */
final class OwnAnswers {
    private static final int RST = 4;
    private static final int FLAGS = 13;
    private static final int HEADER = 20;
    private static final int FIRST_ICMPV6_QUERY = 128;

    private final BetweenPasses between;
    private final TupleKey answered = new TupleKey();

    OwnAnswers(BetweenPasses between) {
        this.between = between;
    }

    /**
     * Looks for the flow of a packet that an error or a reset answers.
     *
     * @param out takes what was found out
     * @return false when the packet is none of those, or the table knows its flow by what it shows
     */
    boolean about(Packet packet, Tracking out, PacketBurst burst, long now) {
        if (between.size() == 0 || !answer(packet)) {
            return false;
        }
        TupleKey shown = burst.shown(packet);
        if (shown == null || burst.find(shown) != null) {
            return false;
        }
        Tuple tuple = shown.tuple().inverted();
        answered.set(tuple);
        Flow flow = between.find(answered, now);
        if (flow == null || (flow.confirmed() && !Status.translated(flow.status))) {
            return false;
        }
        out.packet = packet;
        out.flow = flow;
        out.state = PacketState.RELATED;
        out.direction = direction(flow, tuple);
        out.dropped = false;
        if (packet.key.protocol == Protocol.TCP) {
            burst.reset(flow);
        }
        return true;
    }

    /** That of the answer: a packet between the passes has its source still, and its destination already. */
    private static int direction(Flow flow, Tuple packet) {
        Tuple original = flow.original();
        boolean forward = original.sameSourceAddress(packet)
                && (original.sourceKey() == packet.sourceKey() || !Protocol.hasPorts(packet.protocol()));
        return forward ? Flow.REPLY : Flow.ORIGINAL;
    }

    private static boolean answer(Packet packet) {
        int there = packet.transportLength();
        int at = packet.transport;
        return switch (packet.key.protocol) {
            case Protocol.TCP -> there >= HEADER && (packet.u8(at + FLAGS) & RST) != 0;
            case Protocol.ICMP -> there > 0 && error(packet.u8(at));
            case Protocol.ICMPV6 -> there > 0 && packet.u8(at) < FIRST_ICMPV6_QUERY;
            default -> false;
        };
    }

    private static boolean error(int type) {
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }
}
