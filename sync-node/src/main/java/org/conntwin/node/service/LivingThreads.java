package org.conntwin.node.service;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The threads without which a node only looks alive. Thread-safe. */
public final class LivingThreads {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /**
     * By name: the table's reader and timer, the sender, its ticker, what writes peers' entries and expectations, what
     * follows keepalived and holds packets.
     */
    private static final Set<String> NODE = Set.of(
            "conntrack-events",
            "conntrack-timer",
            "expectation-feed",
            "stream-sender",
            "sync-ticker",
            "write-through",
            "keepalived-fifo",
            "keepalived-follower",
            "keepalived-timer",
            "traffic-hold");
    /** The control socket's, numbered by Netty. */
    private static final String CONTROL = "control-io-";
    /** Those of live packets, numbered by their queues. */
    private static final String QUEUE = "queue-";

    private final List<Thread> watched;

    LivingThreads(List<Thread> watched) {
        this.watched = List.copyOf(watched);
    }

    /** Those of the one node of this process, which has just become ready: each must live as long as the node. */
    public static LivingThreads ofNode() {
        return new LivingThreads(running()
                .filter(thread -> NODE.contains(thread.getName())
                        || thread.getName().startsWith(CONTROL)
                        || thread.getName().startsWith(QUEUE))
                .toList());
    }

    private static Stream<Thread> running() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        Thread[] found = new Thread[top.activeCount() * 2 + 16];
        return Stream.of(found).limit(top.enumerate(found));
    }

    /** Names of those that are watched. */
    public Set<String> names() {
        return watched.stream().map(Thread::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is wrong, in a few words: a thread has ended, or some wait for each other for ever. */
    public Optional<String> complaint() {
        for (Thread thread : watched) {
            if (!thread.isAlive()) {
                return Optional.of("the thread " + thread.getName() + " has ended");
            }
        }
        long[] locked = THREADS.findDeadlockedThreads();
        return locked == null
                ? Optional.empty()
                : Optional.of("threads wait for each other for ever: "
                        + Stream.of(THREADS.getThreadInfo(locked))
                                .map(info -> info == null ? "one that has ended" : info.getThreadName())
                                .sorted()
                                .toList());
    }
}
