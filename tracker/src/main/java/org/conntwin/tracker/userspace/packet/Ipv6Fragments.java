package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Defragmenter.Fate;
import org.jspecify.annotations.Nullable;

/**
 * IPv6's rules of what makes a datagram, as in the kernel's {@code nf_ct_frag6_queue}. A datagram in one part (RFC 6946)
 * takes the same way, and is whole at once unless others have its identification.
 */
final class Ipv6Fragments {
    private static final int LONGEST = 65_535;
    private static final int IPV6_HEADER = 40;

    private final FragmentStore store;
    private final DefragmenterCounters counters;
    private final PacketReader reader;

    Ipv6Fragments(FragmentStore store, PacketReader reader) {
        this.store = store;
        this.reader = reader;
        counters = store.counters;
    }

    /** {@link Fate#WHOLE} leaves the whole datagram in {@code reassembly}; {@link Fate#PASSES} leaves the packet. */
    Fate add(Packet packet, Fragment fragment, long now, long record, Reassembly reassembly) {
        if (fragment.offset == 0 && headersCut(packet)) {
            return Fate.PASSES;
        }
        if (fragment.cut) {
            counters.malformed++;
            return Fate.DROPPED;
        }
        FragmentQueue queue = store.find(FragmentKey.of(packet, fragment), now);
        if (queue == null) {
            return Fate.DROPPED;
        }
        int offset = fragment.offset;
        int end = offset + packet.start + packet.length - fragment.data;
        if (end > LONGEST) {
            return Fate.DROPPED;
        }
        if (fragment.more && (end & 7) != 0) {
            counters.malformed++;
            store.giveUp(queue);
            return Fate.PASSES;
        }
        if (!queue.endsAt(end, fragment.more) || end == offset) {
            return Fate.DROPPED;
        }
        switch (store.insert(queue, packet.bytes, fragment.data, offset, end - offset, record)) {
            case DUPLICATE -> {
                return Fate.DROPPED;
            }
            case OVERLAP -> {
                store.giveUp(queue);
                return Fate.DROPPED;
            }
            case TAKEN -> {}
        }
        queue.ecn |= 1 << (packet.u16(packet.start) >>> 4 & 3);
        if (offset == 0) {
            queue.headers = reassembly.headers(packet, fragment);
        }
        if (!queue.complete()) {
            return Fate.WAITS;
        }
        byte @Nullable [] headers = queue.headers;
        if (headers == null || queue.mixesEcn() || headers.length - IPV6_HEADER + queue.length > LONGEST) {
            counters.malformed++;
            store.giveUp(queue);
            return Fate.DROPPED;
        }
        store.remove(queue);
        reassembly.ipv6(headers, queue, packet);
        return Fate.WHOLE;
    }

    /** Whether a first part lacks the transport header, which belongs into it (RFC 8200, section 4.5). */
    private boolean headersCut(Packet packet) {
        if (reader.unfragmented(packet) != PacketShape.WHOLE) {
            return false;
        }
        int needed = switch (packet.key.protocol) {
            case Protocol.TCP -> 20;
            case Protocol.UDP, Protocol.ICMPV6 -> 8;
            default -> 1;
        };
        return packet.transportLength() < needed;
    }
}
