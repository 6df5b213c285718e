package org.conntwin.node.time;

/** Gives one part its turns. Thread-safe. */
public interface Worker extends AutoCloseable {
    /** The first turn is due. Once. */
    void start();

    /** A turn is wanted now; cheap when one is due already. What happened before this call is seen by that turn. */
    void wake();

    /**
     * As {@link #wake}, but when the part is idle the caller's own thread takes the turn that is wanted, before this returns:
     * nobody has to be woken for it. For callers that can bear a turn's time, and hold nothing for which a turn waits.
     */
    default void lend() {
        wake();
    }

    /** Whether turns are still given. */
    boolean works();

    /** No more turns; the one under way is waited for, not for long. */
    @Override
    void close();
}
