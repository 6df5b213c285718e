package org.conntwin.node.fake;

import java.util.concurrent.atomic.AtomicInteger;

/** Ports of loopback addresses for clusters: of its own for each of the JVMs among which the tests are divided. */
public final class TestPorts {
    private static final int JVMS = 4;
    private static final int PER_JVM = 2_000;
    /** A socket that the run before left behind closes in its own time. */
    private static final int RUNS = 8;

    private static final AtomicInteger NEXT = new AtomicInteger(21_000
            + Integer.getInteger("conntwin.test.jvm", 0) % JVMS * PER_JVM
            + (int) (ProcessHandle.current().pid() % RUNS) * (PER_JVM / RUNS));

    private TestPorts() {}

    /** A port that no other cluster of this run uses, nor the three after it. */
    public static int next() {
        return NEXT.getAndAdd(4);
    }
}
