package org.conntwin.tracker.userspace.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.conntwin.tracker.host.Routes;
import org.conntwin.tracker.queue.PacketQueue;
import org.conntwin.tracker.queue.QueueException;
import org.conntwin.tracker.queue.QueueSettings;
import org.conntwin.tracker.userspace.PacketBurst;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.nat.SourceAddresses;

/**
 * Feeds a table with the packets of the kernel's queues, a thread for each queue. Packets that come while nobody has
 * the queues open pass or are dropped as the ruleset says ({@code bypass}).
 */
public final class LiveTraffic implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveTraffic.class.getName());
    private static final int POLL_MILLIS = 100;
    /** As a packet is handed over whole, this is what one may take; the kernel counts some more for each. */
    private static final int BUFFER_BYTES = 32 << 20;

    private static final int PACKET_BYTES = 0xffff;
    private static final int BETWEEN = 1 << 16;
    private static final long BETWEEN_NANOS = 10_000_000_000L;
    private static final int CLOSE_MILLIS = 2_000;

    private final List<PacketQueue> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final BetweenPasses between = new BetweenPasses(BETWEEN, BETWEEN_NANOS);
    private final LiveCounters counters = new LiveCounters();
    private final PacketBurst burst;
    private final Routes routes = new Routes();
    private final UserspaceTable table;
    private final boolean failOpen;
    private volatile boolean closing;

    private LiveTraffic(UserspaceTable table, boolean failOpen) {
        this.table = table;
        this.failOpen = failOpen;
        burst = table.bursts();
    }

    /**
     * Opens the queues; packets are tracked from now on.
     *
     * @throws QueueException when the kernel refuses one of them; none is open then
     */
    public static LiveTraffic open(UserspaceTable table, LiveSettings settings) {
        LiveTraffic traffic = new LiveTraffic(table, settings.failOpen());
        table.sourceAddresses(new MachineAddresses(traffic.routes, System::nanoTime));
        try {
            for (int number = settings.firstQueue(); number <= settings.lastQueue(); number++) {
                traffic.open(table, settings, number);
            }
        } catch (QueueException refused) {
            traffic.close();
            throw refused;
        }
        table.feeder(traffic::counters);
        traffic.threads.forEach(Thread::start);
        return traffic;
    }

    private void open(UserspaceTable table, LiveSettings settings, int number) {
        LivePath path = new LivePath(table, between, settings.bits(), counters);
        PacketQueue queue = PacketQueue.open(
                new QueueSettings(
                        number, LiveSettings.QUEUE_PACKETS, PACKET_BYTES, settings.failOpen(), true, BUFFER_BYTES),
                path);
        path.serve(queue);
        queues.add(queue);
        threads.add(Thread.ofPlatform().name("queue-" + number).daemon().unstarted(() -> run(queue, number)));
    }

    private void run(PacketQueue queue, int number) {
        try {
            while (!closing) {
                try {
                    queue.receive(POLL_MILLIS);
                } catch (RuntimeException failure) {
                    LOG.log(System.Logger.Level.ERROR, "reading packet queue " + number + " failed once", failure);
                }
            }
        } finally {
            if (!closing) {
                // Nobody reads it any more: given back, the rules' bypass takes effect.
                queue.close();
            }
        }
    }

    /** What became of packets, by name. */
    public Map<String, Long> counters() {
        long now = burst.begin();
        try {
            Map<String, Long> named = counters.named();
            between.addTo(named, now);
            named.put(
                    "liveUnread", queues.stream().mapToLong(PacketQueue::unread).sum());
            named.put(
                    "liveRefused",
                    queues.stream().mapToLong(PacketQueue::refused).sum());
            return named;
        } finally {
            burst.end();
        }
    }

    /**
     * Gives the queues back. What waits in them passes untracked with {@code failOpen} and is dropped otherwise; what
     * comes later passes or is dropped as the ruleset says.
     */
    @Override
    public void close() {
        closing = true;
        for (Thread thread : threads) {
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (failOpen) {
            queues.forEach(PacketQueue::passAll);
        }
        queues.forEach(PacketQueue::close);
        table.feeder(Map::of);
        table.sourceAddresses(SourceAddresses.NONE);
        routes.close();
    }
}
