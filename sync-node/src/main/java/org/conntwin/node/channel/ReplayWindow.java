package org.conntwin.node.channel;

/**
 * Remembers which of the last counters of one session were seen: {@value #WIDTH}, or up to 63 fewer. Wide, because multicast and unicast travel
 * through different sockets: one may lag behind the other by a whole socket buffer. Not thread-safe. 8 KiB.
 */
final class ReplayWindow {
    static final int WIDTH = 65_536;
    private static final int WORDS = WIDTH / Long.SIZE;

    /** Made with the first counter: a session that only asks needs none. */
    private long[] seen = {};

    private long highest = -1;

    /** Whether the counter is new: above all others, or in the window and not seen. Counters are not negative. */
    boolean fresh(long counter) {
        // by whole words: the oldest, partly outside, would share its place with the newest
        if (counter < 0 || counter / Long.SIZE <= Math.floorDiv(highest, Long.SIZE) - WORDS) {
            return false;
        }
        return counter > highest || (seen[word(counter)] & bit(counter)) == 0;
    }

    /** Marks a counter for which {@link #fresh} was just true. */
    void mark(long counter) {
        if (seen.length == 0) {
            seen = new long[WORDS];
        }
        if (counter > highest) {
            slideTo(counter);
        }
        seen[word(counter)] |= bit(counter);
    }

    private void slideTo(long counter) {
        long jump = Math.min(counter / Long.SIZE - Math.floorDiv(highest, Long.SIZE), WORDS);
        for (long i = 0; i < jump; i++) {
            seen[(int) ((counter / Long.SIZE - i) & (WORDS - 1))] = 0;
        }
        highest = counter;
    }

    private static int word(long counter) {
        return (int) ((counter / Long.SIZE) & (WORDS - 1));
    }

    private static long bit(long counter) {
        return 1L << (counter & (Long.SIZE - 1));
    }
}
