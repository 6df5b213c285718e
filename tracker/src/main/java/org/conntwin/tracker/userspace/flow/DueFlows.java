package org.conntwin.tracker.userspace.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flows whose lives end within the present tick of {@link Lifetimes}, in the exact order of their ends: a heap over
 * the ends that they had when they came in. Few as a rule, but all flows of a table may end at once: it grows and shrinks
 * by blocks, so that no step copies what is there. Guarded by the tracker's lock.
 */
final class DueFlows {
    private static final int BLOCK_BITS = 10;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int IN_BLOCK = BLOCK - 1;

    private static final class Block {
        private final @Nullable Flow[] flows = new @Nullable Flow[BLOCK];
        private final long[] ends = new long[BLOCK];
    }

    private @Nullable Block[] blocks = {new Block()};
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The end of the first; only when there is one. */
    long firstEnd() {
        return end(0);
    }

    @Nullable
    Flow first() {
        return flow(0);
    }

    void add(Flow flow) {
        int place = size++;
        if ((place & IN_BLOCK) == 0) {
            extend(place >>> BLOCK_BITS);
        }
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            if (!before(flow, flow.end, parent)) {
                break;
            }
            put(place, flow(parent), end(parent));
            place = parent;
        }
        put(place, flow, flow.end);
    }

    void removeFirst() {
        size--;
        Flow last = flow(size);
        long end = end(size);
        put(size, null, 0);
        if ((size & IN_BLOCK) == 0) {
            give(size >>> BLOCK_BITS);
        }
        if (size == 0 || last == null) {
            return;
        }
        int place = 0;
        for (int child = 1; child < size; child = place * 2 + 1) {
            Flow right = child + 1 < size ? flow(child + 1) : null;
            if (right != null && before(right, end(child + 1), child)) {
                child++;
            }
            if (before(last, end, child)) {
                break;
            }
            put(place, flow(child), end(child));
            place = child;
        }
        put(place, last, end);
    }

    /** Makes sure that there is a block of this number. */
    private void extend(int number) {
        if (number == blocks.length) {
            blocks = Arrays.copyOf(blocks, number * 2);
        }
        if (blocks[number] == null) {
            blocks[number] = new Block();
        }
    }

    /** The block of this number is empty: the one behind it is not needed any more. */
    private void give(int number) {
        if (number + 1 < blocks.length) {
            blocks[number + 1] = null;
        }
    }

    private Block block(int place) {
        Block block = blocks[place >>> BLOCK_BITS];
        if (block == null) {
            throw new IllegalStateException("no block of due flows for " + place);
        }
        return block;
    }

    private @Nullable Flow flow(int place) {
        return block(place).flows[place & IN_BLOCK];
    }

    private long end(int place) {
        return block(place).ends[place & IN_BLOCK];
    }

    private void put(int place, @Nullable Flow flow, long end) {
        Block block = block(place);
        block.flows[place & IN_BLOCK] = flow;
        block.ends[place & IN_BLOCK] = end;
    }

    private boolean before(Flow flow, long end, int place) {
        long other = end(place);
        if (end != other) {
            return end < other;
        }
        Flow there = flow(place);
        return there == null || Integer.compareUnsigned(flow.id(), there.id()) < 0;
    }
}
