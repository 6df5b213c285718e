package org.conntwin.node.demo.stage;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is still to be taken away, last made first. Thread-safe: the story registers, and either the story's end or the shutdown hook closes, once.
 */
public final class Undo implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean closed;

    /**
     * Registers a step; call this before making the thing, so that no moment exists in which it would be left behind.
     *
     * @throws DemoException when the run is already being taken down
     */
    public synchronized void push(Runnable step) throws DemoException {
        if (closed) {
            throw new DemoException("the demo is being stopped");
        }
        steps.push(step);
    }

    /** Whether the taking down has begun. */
    public synchronized boolean closed() {
        return closed;
    }

    /** Runs all steps, also after one failed; a second call waits for the first and does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                System.err.println("demo: clean-up: " + e.getMessage());
            }
        }
    }
}
