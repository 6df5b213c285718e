package org.conntwin.tracker.userspace.helper.ftp;

import org.conntwin.tracker.userspace.tcp.Sequence;

/**
 * Where lines begin in both directions of a control connection: for each the two highest sequence numbers that came
 * right behind the end of a line. What begins elsewhere is the middle of a line and is not read.
 */
final class LineStarts {
    private static final int REMEMBERED = 2;

    private final int[][] starts = new int[2][REMEMBERED];
    private final int[] count = new int[2];
    /** Directions whose next payload is read wherever it begins. */
    private final boolean[] pickUp = new boolean[2];

    /** Nothing is known of what was said before: the next payload of each direction may be a line. */
    void pickUp() {
        pickUp[0] = true;
        pickUp[1] = true;
    }

    /** Whether a payload with this sequence number is to be read. */
    boolean begins(int direction, int sequence) {
        for (int i = 0; i < count[direction]; i++) {
            if (starts[direction][i] == sequence) {
                return true;
            }
        }
        boolean first = pickUp[direction];
        pickUp[direction] = false;
        return first;
    }

    /** A line ended right before this sequence number. */
    void add(int direction, int sequence) {
        int[] known = starts[direction];
        for (int i = 0; i < count[direction]; i++) {
            if (known[i] == sequence) {
                return;
            }
        }
        if (count[direction] < REMEMBERED) {
            known[count[direction]++] = sequence;
            return;
        }
        int older = Sequence.before(known[0], known[1]) ? 0 : 1;
        if (Sequence.after(sequence, known[older])) {
            known[older] = sequence;
        }
    }
}
