package org.conntwin.node.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that reads from a pipe come to its end when a signal ends it: the same signal ends who feeds the pipe,
 * as a rule, and the last lines belong to the output. Waits two seconds at most.
 */
final class LastWords implements AutoCloseable {
    private static final int SECONDS = 2;

    private final CountDownLatch said = new CountDownLatch(1);

    LastWords() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("last-words").unstarted(this::await));
    }

    private void await() {
        try {
            boolean _ = said.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        said.countDown();
    }
}
