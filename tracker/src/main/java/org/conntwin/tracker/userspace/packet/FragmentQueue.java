package org.conntwin.tracker.userspace.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one datagram that have come so far. Which of them may join is decided as {@code inet_frag_queue_insert}
 * decides: parts that follow each other at the end grow one run; a part within a run is a duplicate, one that
 * touches a run otherwise overlaps (RFC 5722). A run that closes a gap stays a run of its own.
 */
final class FragmentQueue {
    /** What became of a part. */
    enum Insertion {
        TAKEN,
        DUPLICATE,
        OVERLAP
    }

    /** A part's data, and the number under which its packet is known outside. */
    static final class Part {
        final int offset;
        final byte[] data;
        final long record;

        Part(int offset, byte[] data, long record) {
            this.offset = offset;
            this.data = data;
            this.record = record;
        }
    }

    final FragmentKey key;
    /** When it is given up, in the tracker's nanoseconds. */
    long end;
    /** Bytes that it counts for. */
    int charge;
    /** Its source; IPv4 only. */
    @Nullable
    FragmentSource source;
    /** How many fragments the source had sent when its last one came here. */
    int sent;
    /** Headers of the first part, up to where its data goes; null before it came. */
    byte @Nullable [] headers;
    /** One bit for each value of the two ECN bits that was seen. */
    int ecn;
    /** Where the data ends as far as is known; for certain once {@link #lastSeen}. */
    int length;

    boolean lastSeen;

    final List<Part> parts = new ArrayList<>();
    /** First byte and end of each run. */
    private int[] runs = new int[8];

    private int runCount;
    /** The run at the end, and where that is. */
    private int lastRun;

    private int lastEnd;
    private int present;

    FragmentQueue(FragmentKey key) {
        this.key = key;
    }

    /** Whether every byte of the datagram is there. */
    boolean complete() {
        return lastSeen && headers != null && present == length;
    }

    /** Whether parts that know of ECN are mixed with parts that do not: no such datagram was sent (RFC 3168, 5.3). */
    boolean mixesEcn() {
        return (ecn & 1) != 0 && ecn != 1;
    }

    /** Takes note of where a part ends; false when the datagram cannot end there, or cannot go on there. */
    boolean endsAt(int part, boolean more) {
        if (more ? part > length && lastSeen : part < length || lastSeen && part != length) {
            return false;
        }
        length = Math.max(length, part);
        lastSeen |= !more;
        return true;
    }

    Insertion insert(Part part) {
        int from = part.offset;
        int to = from + part.data.length;
        if (runCount == 0 || lastEnd < to) {
            if (runCount > 0 && from < lastEnd) {
                return Insertion.OVERLAP;
            }
            if (runCount > 0 && from == lastEnd) {
                runs[lastRun + 1] = to;
            } else {
                lastRun = addRun(from, to);
            }
            lastEnd = to;
        } else {
            for (int run = 0; run < 2 * runCount; run += 2) {
                if (from < runs[run + 1] && to > runs[run]) {
                    return from >= runs[run] && to <= runs[run + 1] ? Insertion.DUPLICATE : Insertion.OVERLAP;
                }
            }
            addRun(from, to);
        }
        parts.add(part);
        present += part.data.length;
        return Insertion.TAKEN;
    }

    /** Forgets all that came. */
    void clear() {
        parts.clear();
        runCount = 0;
        lastEnd = 0;
        present = 0;
        length = 0;
        lastSeen = false;
        ecn = 0;
        headers = null;
    }

    private int addRun(int from, int to) {
        int at = 2 * runCount++;
        if (at == runs.length) {
            runs = Arrays.copyOf(runs, 2 * at);
        }
        runs[at] = from;
        runs[at + 1] = to;
        return at;
    }
}
