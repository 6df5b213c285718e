package org.conntwin.node.time;

/** What a part of the node does whenever it is its turn. One turn of a part at a time. */
@FunctionalInterface
public interface Turn {
    /** The wait of a part that only acts when it is woken. */
    long UNTIL_WOKEN = Long.MAX_VALUE;

    /**
     * Does what there is to do, without waiting for anything.
     *
     * @return nanoseconds until the next turn, which comes sooner when the part is woken; 0 for at once
     */
    long take();
}
