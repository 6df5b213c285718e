package org.conntwin.node.ha;

import java.util.concurrent.atomic.LongAdder;
import org.conntwin.node.config.NodeConfig.Hold;
import org.conntwin.node.role.TakeoverListener;
import org.conntwin.node.time.Clock;
import org.conntwin.tracker.queue.PacketQueue;
import org.conntwin.tracker.queue.QueueException;
import org.conntwin.tracker.queue.QueueSettings;
import org.jspecify.annotations.Nullable;

/**
 * Makes packets of existing flows wait while this node has the addresses already and the flows not yet: keepalived moves
 * addresses before it tells anybody. The ruleset queues such packets ahead of connection tracking, with {@code bypass};
 * the queue is open only while packets are to wait ({@link HoldRule}). After the commit all go on, in their order, to a
 * table that knows them. What finds no room passes as without a hold.
 */
final class TrafficHold implements TakeoverListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrafficHold.class.getName());
    private static final int POLL_MILLIS = 50;
    private static final long RETRY_NANOS = 5_000_000_000L;
    /** The kernel's price of a message without a payload, with room to spare. */
    private static final int MESSAGE_BYTES = 1_024;

    private final QueueSettings settings;
    private final Clock clock;
    private final HoldRule rule;
    private final LongAdder held = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().name("traffic-hold").daemon().unstarted(this::run);
    private volatile boolean closing;
    private volatile @Nullable PacketQueue queue;
    private volatile @Nullable String problem;
    private long retryAt;

    TrafficHold(Hold hold, Clock clock) {
        this.settings = new QueueSettings(
                hold.queue(),
                hold.packets(),
                0,
                true,
                true,
                Math.max(1 << 20, Math.min(256 << 20, hold.packets() * MESSAGE_BYTES)));
        this.clock = clock;
        this.rule = new HoldRule(hold.time().toNanos());
    }

    void start() {
        thread.start();
    }

    @Override
    public void takingOver() {
        synchronized (rule) {
            rule.takingOver(clock.nanos());
        }
    }

    @Override
    public void committed() {
        synchronized (rule) {
            rule.committed();
        }
        letGo(queue);
    }

    @Override
    public void steppedDown() {
        synchronized (rule) {
            rule.steppedDown(clock.nanos());
        }
    }

    private static void letGo(@Nullable PacketQueue open) {
        if (open != null) {
            open.passAll();
        }
    }

    private void run() {
        while (!closing) {
            try {
                step();
            } catch (RuntimeException failure) {
                LOG.log(System.Logger.Level.ERROR, "holding packets failed", failure);
                pause();
            }
        }
        PacketQueue last = queue;
        if (last != null) {
            close(last);
        }
    }

    private void step() {
        PacketQueue open = queue;
        boolean wanted = wanted();
        if (wanted && open == null) {
            queue = opened();
        } else if (!wanted && open != null) {
            close(open);
        } else if (open != null) {
            receive(open);
        } else {
            pause();
        }
    }

    private boolean wanted() {
        synchronized (rule) {
            long before = rule.expired();
            boolean closed = rule.closed(clock.nanos());
            if (rule.expired() != before) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "packets waited too long for a takeover and are let go: is another route through this node?");
            }
            return closed;
        }
    }

    private @Nullable PacketQueue opened() {
        if (problem != null && clock.nanos() - retryAt < 0) {
            pause();
            return null;
        }
        try {
            PacketQueue opened = PacketQueue.open(settings, packet -> held.increment());
            problem = null;
            return opened;
        } catch (QueueException refused) {
            String text = "ha.hold: " + refused.getMessage();
            if (problem == null) {
                LOG.log(System.Logger.Level.ERROR, text);
            }
            problem = text;
            retryAt = clock.nanos() + RETRY_NANOS;
            return null;
        }
    }

    private void receive(PacketQueue open) {
        if (open.receive(POLL_MILLIS) > 0) {
            synchronized (rule) {
                rule.held(clock.nanos());
            }
        }
    }

    private void close(PacketQueue open) {
        open.passAll();
        while (open.receive(0) > 0) {
            // Only counted: they are on their way.
        }
        queue = null;
        open.close();
    }

    private void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    /** Whether packets that come now would wait. */
    boolean holding() {
        return queue != null;
    }

    /** Packets that waited. */
    long held() {
        return held.sum();
    }

    /** How often packets waited too long and were let go without a takeover. */
    long expired() {
        synchronized (rule) {
            return rule.expired();
        }
    }

    /** Why packets cannot wait; null while they can. */
    @Nullable
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(1_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
