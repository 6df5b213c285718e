package org.conntwin.tracker.userspace.flow;

import org.jspecify.annotations.Nullable;

/**
 * Flows by the time when their lives end: a wheel of four levels (Varghese and Lauck, 1987), in which adding and
 * removing cost the same however many there are. A life that grows longer moves nothing until its old end comes, so that
 * refreshing costs a packet nothing; one that grows shorter must be told. Guarded by the tracker's lock.
 */
final class Lifetimes {
    /** Place of a flow that is not in here. */
    static final short NOWHERE = -1;

    private static final short DUE = -2;
    /** A tick is 2^22 ns, about 4 ms: what the kernel's clock distinguishes. */
    private static final int TICK_SHIFT = 22;

    private static final int LEVELS = 4;
    private static final int SLOT_BITS = 8;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final long SPAN = 1L << LEVELS * SLOT_BITS;

    private final @Nullable Flow[] slots = new @Nullable Flow[LEVELS * SLOTS];
    /** Which slots hold flows, a bit each, four words a level. */
    private final long[] taken = new long[LEVELS * SLOTS / Long.SIZE];

    private final DueFlows due = new DueFlows();
    private boolean begun;
    private long tick;
    /** The highest level whose present slot still has to be spread over the levels below; 0 when none. */
    private int spreading;

    void add(Flow flow, long now) {
        if (!begun) {
            begun = true;
            tick = now >> TICK_SHIFT;
        }
        file(flow);
    }

    void remove(Flow flow) {
        if (flow.place >= 0) {
            unlink(flow);
        }
        flow.place = NOWHERE;
    }

    /** Puts the flow where it belongs after its life grew shorter. */
    void shortened(Flow flow) {
        if (flow.place >= 0) {
            unlink(flow);
            file(flow);
        }
    }

    /**
     * The flow whose life ended first at or before {@code now}, still in here; null when there is none.
     *
     * @param steps bounds the work: flows looked at and slots opened
     */
    @Nullable
    Flow ended(long now, int steps) {
        for (int step = 0; step < steps; step++) {
            Flow waiting = slots[present(0)];
            if (spreading > 0) {
                spread();
            } else if (waiting != null) {
                unlink(waiting);
                file(waiting);
            } else if (!due.isEmpty() && due.firstEnd() <= now) {
                Flow first = due.first();
                if (first != null && first.place == DUE && first.end <= due.firstEnd()) {
                    return first;
                }
                due.removeFirst();
                if (first != null && first.place == DUE) {
                    file(first);
                }
            } else if (!turn(now >> TICK_SHIFT)) {
                return null;
            }
        }
        return null;
    }

    /** Whether {@link #ended} has work left at {@code now}. */
    boolean pending(long now) {
        return spreading > 0
                || slots[present(0)] != null
                || (!due.isEmpty() && due.firstEnd() <= now)
                || next() <= now >> TICK_SHIFT;
    }

    /** Goes on to the next tick at which there is something to do; false when that is after {@code last}. */
    private boolean turn(long last) {
        if (last <= tick) {
            return false;
        }
        long next = next();
        if (next > last) {
            tick = last;
            return false;
        }
        tick = next;
        for (int level = LEVELS - 1; level > 0; level--) {
            if ((tick & (1L << level * SLOT_BITS) - 1) == 0) {
                spreading = level;
                break;
            }
        }
        return true;
    }

    /** The earliest tick after the present one that has a slot to open. */
    private long next() {
        long earliest = Long.MAX_VALUE;
        for (int level = 0; level < LEVELS; level++) {
            int shift = level * SLOT_BITS;
            int slot = takenAfter(level, (int) (tick >>> shift) & SLOTS - 1);
            if (slot < 0) {
                continue;
            }
            long round = tick >> shift + SLOT_BITS;
            // A slot at or before the hand belongs to the next round, which begins with slot 0.
            long at = slot >= SLOTS
                    ? (round + 1) << shift + SLOT_BITS
                    : round << shift + SLOT_BITS | (long) slot << shift;
            earliest = Math.min(earliest, at);
        }
        return earliest;
    }

    /** The first taken slot of a level after {@code slot}; 256 when only others are taken, -1 when none is. */
    private int takenAfter(int level, int slot) {
        int base = level * (SLOTS / Long.SIZE);
        int from = slot + 1;
        long any = 0;
        for (int word = 0; word < SLOTS / Long.SIZE; word++) {
            long bits = taken[base + word];
            any |= bits;
            int first = from - word * Long.SIZE;
            if (first >= Long.SIZE) {
                continue;
            }
            long later = first <= 0 ? bits : bits & -1L << first;
            if (later != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(later);
            }
        }
        return any == 0 ? -1 : SLOTS;
    }

    /** Takes one flow of the slot that is being spread to where it belongs now. */
    private void spread() {
        Flow flow = slots[present(spreading)];
        if (flow == null) {
            spreading--;
        } else {
            unlink(flow);
            file(flow);
        }
    }

    private int present(int level) {
        return level << SLOT_BITS | (int) (tick >>> level * SLOT_BITS) & SLOTS - 1;
    }

    private void file(Flow flow) {
        long end = flow.end >> TICK_SHIFT;
        long distance = end - tick;
        if (distance <= 0) {
            flow.place = DUE;
            due.add(flow);
            return;
        }
        int level = 0;
        while (level < LEVELS - 1 && distance >= 1L << (level + 1) * SLOT_BITS) {
            level++;
        }
        long at = distance < SPAN ? end : tick + SPAN - 1;
        int place = level << SLOT_BITS | (int) (at >>> level * SLOT_BITS) & SLOTS - 1;
        Flow head = slots[place];
        flow.place = (short) place;
        flow.earlier = null;
        flow.later = head;
        if (head != null) {
            head.earlier = flow;
        }
        slots[place] = flow;
        taken[place / Long.SIZE] |= 1L << place;
    }

    private void unlink(Flow flow) {
        Flow earlier = flow.earlier;
        Flow later = flow.later;
        if (later != null) {
            later.earlier = earlier;
        }
        if (earlier != null) {
            earlier.later = later;
        } else {
            slots[flow.place] = later;
            if (later == null) {
                taken[flow.place / Long.SIZE] &= ~(1L << flow.place);
            }
        }
        flow.earlier = null;
        flow.later = null;
    }
}
