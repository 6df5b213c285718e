package org.conntwin.tracker.model;

/** How sequence numbers of one direction are moved: before {@code position} by one offset, after it by the other. */
public record SequenceAdjustment(int position, int offsetBefore, int offsetAfter) {
    /** Whether it changes nothing. */
    public boolean isIdle() {
        return position == 0 && offsetBefore == 0 && offsetAfter == 0;
    }
}
