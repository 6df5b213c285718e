package org.conntwin.tracker.userspace.packet;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.conntwin.tracker.userspace.packet.FragmentQueue.Insertion;
import org.conntwin.tracker.userspace.packet.FragmentQueue.Part;
import org.jspecify.annotations.Nullable;

/** The datagrams of one IP version that wait for parts. */
final class FragmentStore {
    /** What all of them may use ({@code ipfrag_high_thresh}, {@code nf_conntrack_frag6_high_thresh}). */
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    /** What the kernel charges beside a packet's buffer. */
    private static final int PER_PART = 256;

    private static final int PER_QUEUE = 192;
    /** What the kernel adds to a packet's bytes before it rounds them up to a buffer's size. */
    private static final int BUFFER_ROOM = 400;

    final DefragmenterCounters counters;
    private final Defragmenter.GivenUp givenUp;
    private final long lifetime;
    /** Oldest first: all live equally long. */
    private final Map<FragmentKey, FragmentQueue> waiting = new LinkedHashMap<>();

    private long bytes;

    FragmentStore(int seconds, DefragmenterCounters counters, Defragmenter.GivenUp givenUp) {
        lifetime = seconds * 1_000_000_000L;
        this.counters = counters;
        this.givenUp = givenUp;
    }

    /** The datagram of this key, begun when there is none; null while too much waits, whether it is there or not. */
    @Nullable
    FragmentQueue find(FragmentKey key, long now) {
        if (bytes > MOST_BYTES) {
            counters.refused++;
            return null;
        }
        FragmentQueue queue = waiting.get(key);
        if (queue == null) {
            queue = new FragmentQueue(key);
            queue.charge = PER_QUEUE;
            bytes += PER_QUEUE;
            queue.end = now + lifetime;
            waiting.put(key, queue);
        }
        return queue;
    }

    /** Puts data into the datagram. */
    Insertion insert(FragmentQueue queue, byte[] from, int start, int offset, int size, long record) {
        Insertion done = queue.insert(new Part(offset, Arrays.copyOfRange(from, start, start + size), record));
        switch (done) {
            case TAKEN -> {
                int charge = PER_PART + bufferSize(size);
                queue.charge += charge;
                bytes += charge;
            }
            case DUPLICATE -> counters.duplicates++;
            case OVERLAP -> counters.overlapping++;
        }
        return done;
    }

    /** Takes a datagram that is whole out. */
    void remove(FragmentQueue queue) {
        if (waiting.remove(queue.key, queue)) {
            bytes -= queue.charge;
            FragmentSource source = queue.source;
            if (source != null) {
                source.waiting--;
            }
        }
    }

    /** Gives a datagram up. */
    void giveUp(FragmentQueue queue) {
        remove(queue);
        lose(queue);
    }

    /** Gives up what came of a datagram and waits for it anew. */
    void restart(FragmentQueue queue, long now) {
        waiting.remove(queue.key);
        lose(queue);
        queue.clear();
        bytes -= queue.charge - PER_QUEUE;
        queue.charge = PER_QUEUE;
        queue.end = now + lifetime;
        waiting.put(queue.key, queue);
    }

    /** Gives up the datagrams whose time is over. */
    void expire(long now) {
        while (!waiting.isEmpty()) {
            Iterator<FragmentQueue> oldest = waiting.values().iterator();
            FragmentQueue queue = oldest.next();
            if (queue.end > now) {
                return;
            }
            counters.timedOut++;
            giveUp(queue);
        }
    }

    /** Gives up all. */
    void giveUpAll() {
        expire(Long.MAX_VALUE);
    }

    private void lose(FragmentQueue queue) {
        for (Part part : queue.parts) {
            givenUp.lost(part.record);
        }
    }

    private static int bufferSize(int size) {
        return Integer.highestOneBit(size + BUFFER_ROOM - 1) << 1;
    }
}
