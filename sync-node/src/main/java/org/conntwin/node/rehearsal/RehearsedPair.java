package org.conntwin.node.rehearsal;

import java.time.Duration;
import java.util.function.IntFunction;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.local.ExpectationFeed;
import org.conntwin.node.local.PeersEntries;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.local.TableFeed;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;

/** Two nodes in memory, one replicating invented flows to the other, by the parts of a running node. One thread. */
final class RehearsedPair implements AutoCloseable {
    private static final String ACTIVE = "rehearsed-active";
    private static final String BACKUP = "rehearsed-backup";
    /** Longer than any round takes: a rehearsal that goes wrong ends. */
    private static final long ROUND_NANOS = 5_000_000_000L;

    /** As many events as the kernel's come in at most. */
    private static final int BURST = 128;

    private static final Duration PAUSE = Duration.ofMillis(1);

    private final OneThread turns;
    private final RehearsedWire wire;
    private final InternalCache internal;
    private final ExternalCache external;
    private final Replication active;
    private final Replication backup;
    private final RehearsedEvents events;
    private int batch = BURST;

    /** Caches have room for so many. */
    RehearsedPair(ConntrackTable table, ReplicationFilter filter, int room, Clock clock) {
        turns = new OneThread(clock);
        wire = new RehearsedWire(ACTIVE, BACKUP, clock);
        internal = new InternalCache(turns.clock(), room);
        external = new ExternalCache(turns.clock(), room, false);
        active = replication(ACTIVE, RoleName.ACTIVE, internal, new ExternalCache(turns.clock(), 1, false));
        backup = replication(BACKUP, RoleName.BACKUP, new InternalCache(turns.clock(), 1), external);
        ExpectationFeed expectations = new ExpectationFeed(table, internal, active::wake, () -> {}, turns);
        events = new RehearsedEvents(
                new TableFeed(internal, filter, PeersEntries.NONE, expectations, active::wake, () -> {}));
    }

    /** The nodes see each other from now on. */
    void start() throws ChannelException {
        active.start();
        backup.start();
    }

    private Replication replication(String name, RoleName role, InternalCache own, ExternalCache twins) {
        return new Replication(
                new Identity(name, "rehearsal", new Identity.Standing(role, 1, 0)),
                own,
                twins,
                listener -> wire.open(name, listener),
                (peer, claimed, claim) -> {},
                () -> {},
                turns);
    }

    /** What the backup knows of the active. */
    ExternalCache external() {
        return external;
    }

    /** From now on events come one by one, each of which is a datagram, or else in bursts. */
    void singly(boolean one) {
        batch = one ? 1 : BURST;
    }

    /** So many flows begin and are established. */
    void begin(int flows) throws InterruptedException {
        tell(EventKind.NEW, flows, InventedFlows::begun);
        tell(EventKind.UPDATE, flows, InventedFlows::established);
    }

    /** All of them end. */
    void end(int flows) throws InterruptedException {
        tell(EventKind.DESTROY, flows, InventedFlows::established);
    }

    private void tell(EventKind kind, int flows, IntFunction<Conntrack> as) throws InterruptedException {
        events.tell(kind, flows, as, batch, this::step);
        long until = turns.clock().nanos() + ROUND_NANOS;
        while (internal.unsent() > 0) {
            if (turns.clock().nanos() - until > 0) {
                throw new IllegalStateException(internal.unsent() + " invented flows have not been sent in time");
            }
            // Nobody waits for it: what has the processor meanwhile is of more use.
            Thread.sleep(PAUSE);
            step();
        }
    }

    private void step() {
        turns.step();
        wire.deliver();
    }

    @Override
    public void close() {
        events.close();
    }
}
