package org.conntwin.node.time;

/** Gives one part its turns. Thread-safe. */
public interface Worker extends AutoCloseable {
    /** The first turn is due. Once. */
    void start();

    /** A turn is wanted now; cheap when one is due already. What happened before this call is seen by that turn. */
    void wake();

    /** Whether turns are still given. */
    boolean works();

    /** No more turns; the one under way is waited for, not for long. */
    @Override
    void close();
}
