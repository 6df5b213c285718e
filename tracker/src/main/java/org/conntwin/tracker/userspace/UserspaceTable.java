package org.conntwin.tracker.userspace;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableCounters;
import org.conntwin.tracker.table.TableListener;
import org.conntwin.tracker.userspace.expect.ExpectationChanges;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.broadcast.LocalNetworks;
import org.conntwin.tracker.userspace.nat.SourceAddresses;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketSender;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * The userspace tracker as a table: fed with packets, changed and read through the port that the kernel's table has,
 * too. Thread-safe by one lock around the tracker; what takes long — dumps, batches, flushes, the end of many lives —
 * takes it for a moment at a time.
 */
public final class UserspaceTable implements ConntrackTable {
    /** Most events that wait for the listener, some 300 bytes each. */
    static final int EVENTS_WAITING = 1 << 17;

    private final ReentrantLock lock = new ReentrantLock();
    private final TrackerSettings settings;
    private final TableClock clock;
    private final EventQueue events;
    private final Tracker tracker;
    private final Translation translation;
    private final FlowChanges flows;
    private final ExpectationChanges expectations;
    private final PacketPath path;
    private final TableWalk walk;
    private final TableTimer timer;

    private UserspaceTable(TrackerSettings settings, TableClock clock, int eventsWaiting) {
        this.settings = settings;
        this.clock = clock;
        events = new EventQueue(eventsWaiting);
        LocalNetworks networks = new LocalNetworks(!settings.helpers().isEmpty());
        networks.refresh(clock.nanos());
        tracker = new Tracker(settings, networks, events);
        translation = new Translation(tracker, settings.nat(), settings.maxEntries(), new SecureRandom());
        WindowTeller windows = new WindowTeller(events);
        path = new PacketPath(settings, tracker, translation, windows);
        flows = new FlowChanges(tracker);
        expectations =
                new ExpectationChanges(tracker.expectations(), tracker.table(), tracker.helpers()::relatedRestored);
        walk = new TableWalk(lock, clock, tracker);
        timer = new TableTimer(lock, clock, tracker, path, windows, networks);
    }

    /** An empty table under the machine's clock. */
    public static UserspaceTable open(TrackerSettings settings) {
        return open(settings, TableClock.system(), EVENTS_WAITING);
    }

    /**
     * An empty table.
     *
     * @param eventsWaiting most events that wait for the listener, at least 1; more are lost, and told as an overrun
     */
    public static UserspaceTable open(TrackerSettings settings, TableClock clock, int eventsWaiting) {
        UserspaceTable table = new UserspaceTable(settings, clock, eventsWaiting);
        table.timer.start();
        return table;
    }

    @Override
    public String name() {
        return "userspace";
    }

    /** For who feeds it with packets that come in bursts; one for each thread. */
    public PacketBurst bursts() {
        return new PacketBurst(this, lock, clock, tracker, translation);
    }

    /**
     * A packet comes in. The packet and {@code out} are the caller's; the flow in it is the table's, not to be touched.
     *
     * @param zone id of its zone, 0 to 65535
     * @param out takes what was found out
     */
    public void arrive(Packet packet, int zone, Tracking out) {
        lock.lock();
        try {
            path.arrive(packet, zone, clock.nanos(), out);
        } finally {
            lock.unlock();
        }
    }

    /** The packet leaves: its flow is confirmed and what changed is told. May drop the packet, see {@code tracking}. */
    public void leave(Tracking tracking) {
        lock.lock();
        try {
            path.leave(tracking, clock.nanos());
        } finally {
            lock.unlock();
        }
    }

    /** Sets what masquerading asks for addresses and devices; it asks under the table's lock. */
    public void sourceAddresses(SourceAddresses known) {
        locked(() -> translation.addresses(known));
    }

    /** A packet that nobody filters: it comes in and, unless it is dropped, leaves at once. */
    public void pass(Packet packet, int zone, Tracking out) {
        lock.lock();
        try {
            path.pass(packet, zone, clock.nanos(), out);
        } finally {
            lock.unlock();
        }
    }

    /** Puts a SYN proxy in front of the servers that {@code settings} name; {@code sender} sends what it says. */
    public void protect(SynProxySettings settings, PacketSender sender) {
        locked(() -> path.protect(settings, sender));
    }

    /** Packets that the tracker makes itself go out through this; without it none are made. */
    public void sender(PacketSender sender) {
        locked(() -> tracker.overload().sender(sender));
    }

    /** What its feeder counts is told among {@link #trackerCounters}; it is asked under the table's lock. */
    public void feeder(Supplier<Map<String, Long>> counters) {
        locked(() -> path.feeder(counters));
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void listen(TableListener listener) {
        events.listen(listener);
    }

    @Override
    public void dump(Consumer<? super Conntrack> visitor) {
        List<Conntrack> found = new ArrayList<>();
        walk.through((flow, now) -> found.add(flow.read(now)), () -> {
            // Without the lock: a visitor may take its time, and locks of its own.
            found.forEach(visitor);
            found.clear();
        });
    }

    @Override
    public @Nullable Conntrack find(Tuple original, Zone zone) {
        lock.lock();
        try {
            long now = clock.nanos();
            Flow flow = flows.named(original, zone, now);
            return flow == null ? null : flow.entry(now);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void dumpExpectations(Consumer<? super Expectation> visitor) {
        List<Expectation> found = new ArrayList<>();
        locked(() -> {
            long now = clock.nanos();
            tracker.expectations().expire(now, Integer.MAX_VALUE);
            tracker.expectations().forEach(expected -> found.add(expected.model(now)));
        });
        found.forEach(visitor);
    }

    @Override
    public List<Outcome> apply(List<? extends TableChange> changes, Echo echo) {
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (int from = 0; from < changes.size(); from += TableWalk.ENTRIES_A_TURN) {
            List<? extends TableChange> turn =
                    changes.subList(from, Math.min(changes.size(), from + TableWalk.ENTRIES_A_TURN));
            lock.lock();
            try {
                long now = clock.nanos();
                for (TableChange change : turn) {
                    outcomes.add(apply(change, echo == Echo.HEARD, now));
                }
            } finally {
                lock.unlock();
            }
            TableWalk.giveWay(lock);
        }
        return outcomes;
    }

    private Outcome apply(TableChange change, boolean heard, long now) {
        return switch (change) {
            case TableChange.Insert(var entry) -> flows.insert(entry, heard, now);
            case TableChange.Update(var entry) -> flows.update(entry, heard, now);
            case TableChange.Delete(var entry) -> flows.delete(entry, heard, now);
            case TableChange.Expect(var expectation) -> expectations.expect(expectation, heard, now);
            case TableChange.ExpectTimeout(var expectation) -> expectations.lifetime(expectation, heard, now);
            case TableChange.Unexpect(var expectation) -> expectations.unexpect(expectation, heard, now);
        };
    }

    @Override
    public void flush(FlushFilter filter) {
        Predicate<Flow> selected = flow -> (filter.family() == null || filter.family() == flow.family())
                && (filter.mark() == null || filter.mark() == flow.mark)
                && (filter.zone() == null || filter.zone() == flow.zone().id());
        walk.through(
                (flow, now) -> {
                    if (selected.test(flow)) {
                        tracker.kill(flow, now);
                    }
                },
                () -> {});
    }

    @Override
    public void flushExpectations() {
        locked(() -> tracker.expectations().clear(clock.nanos()));
    }

    @Override
    public long count() {
        lock.lock();
        try {
            return tracker.table().count();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean takesWindows() {
        return true;
    }

    @Override
    public long limit() {
        return settings.maxEntries();
    }

    @Override
    public ProtocolTimeouts timeouts() {
        return settings.timeouts();
    }

    @Override
    public TableCounters counters() {
        return new TableCounters(events.delivered(), events.overruns(), 0, 0, events.capacity());
    }

    @Override
    public Map<String, Long> trackerCounters() {
        lock.lock();
        try {
            return path.count(events.lost());
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong with the table, for tests; null when all of it holds together. */
    @Nullable
    String broken() {
        lock.lock();
        try {
            return tracker.table().broken();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        timer.end();
        events.close();
        timer.close();
    }
}
