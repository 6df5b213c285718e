package org.conntwin.tracker.userspace.packet;

import java.util.HashMap;
import java.util.Map;
import org.conntwin.tracker.userspace.packet.Defragmenter.Fate;
import org.jspecify.annotations.Nullable;

/** IPv4's rules of what makes a datagram, as in the kernel's {@code ip_frag_queue}. */
final class Ipv4Fragments {
    /** Other fragments of a source after which a datagram of it begins anew ({@code ipfrag_max_dist}). */
    private static final int MOST_BETWEEN = 64;

    private static final int LONGEST = 65_535;
    /** Sources whose datagrams are whole are forgotten once there are so many. */
    private static final int MOST_IDLE_SOURCES = 4096;

    private final FragmentStore store;
    private final DefragmenterCounters counters;
    private final Map<Long, FragmentSource> sources = new HashMap<>();

    Ipv4Fragments(FragmentStore store) {
        this.store = store;
        counters = store.counters;
    }

    /** {@link Fate#WHOLE} leaves the whole datagram in {@code reassembly}. */
    Fate add(Packet packet, Fragment fragment, long now, long record, Reassembly reassembly) {
        FragmentQueue queue = store.find(FragmentKey.of(packet, fragment), now);
        if (queue == null) {
            return Fate.DROPPED;
        }
        count(queue, packet, now);
        int offset = fragment.offset;
        int end = offset + packet.start + packet.length - fragment.data;
        if (fragment.more) {
            end &= ~7;
        }
        if (!queue.endsAt(end, fragment.more) || end == offset) {
            counters.malformed++;
            store.giveUp(queue);
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
        queue.ecn |= 1 << (packet.u8(packet.start + 1) & 3);
        if (offset == 0) {
            queue.headers = reassembly.headers(packet, packet.start, fragment.data);
        }
        if (!queue.complete()) {
            return Fate.WAITS;
        }
        byte @Nullable [] headers = queue.headers;
        if (headers == null || queue.mixesEcn() || headers.length + queue.length > LONGEST) {
            counters.malformed++;
            store.giveUp(queue);
            return Fate.DROPPED;
        }
        store.remove(queue);
        reassembly.ipv4(headers, queue, packet);
        return Fate.WHOLE;
    }

    /** Begins a datagram anew whose source sent many others since: its identification may have been used again. */
    private void count(FragmentQueue queue, Packet packet, long now) {
        FragmentSource source = queue.source;
        if (source == null) {
            if (sources.size() >= MOST_IDLE_SOURCES) {
                sources.values().removeIf(idle -> idle.waiting == 0);
            }
            source = sources.computeIfAbsent(packet.key.sourceLow, _ -> new FragmentSource());
            source.waiting++;
            queue.source = source;
        }
        source.sent++;
        if (!queue.parts.isEmpty() && source.sent - queue.sent > MOST_BETWEEN) {
            counters.outrun++;
            store.restart(queue, now);
        }
        queue.sent = source.sent;
    }
}
