package org.conntwin.node.role;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordChoice;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.TableChange;
import org.jspecify.annotations.Nullable;

/**
 * Gives up, some time after stepping down, what this node owned then and no packet has touched since: the new
 * active node has it. So it does with what a backup found in its table when it started, once another node is active. Flows that end at this node itself stay; so does, in the table, what a peer has written
 * through to here.
 */
public final class Release implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Release.class.getName());
    private static final int BATCH = 1024;
    private static final long ASK_AGAIN_NANOS = 1_000_000_000L;
    /** Events of packets that came before the step-down may come this long after it, to a node that was frozen. */
    private static final long SETTLE_NANOS = 5_000_000_000L;

    private final InternalCache internal;
    private final ExternalCache external;
    private final ConntrackTable table;
    private final Duration after;
    private final boolean keepsPeersEntries;
    private final Clock clock;
    private final Worker worker;
    private boolean pending;
    private Successor successor = Successor.SOMEBODY;
    private @Nullable Successor next;
    private boolean marked;
    private long markDue;
    private long due;
    private boolean purging;

    /**
     * Releases from the cache and purges the table.
     *
     * @param keepsPeersEntries whether peers' entries stand in the table at all times
     */
    public Release(
            InternalCache internal,
            ExternalCache external,
            ConntrackTable table,
            Duration after,
            boolean keepsPeersEntries,
            Turns turns) {
        this.internal = internal;
        this.external = external;
        this.table = table;
        this.after = after;
        this.keepsPeersEntries = keepsPeersEntries;
        this.clock = turns.clock();
        this.worker = turns.worker("release", this::turn);
        worker.start();
    }

    /** Schedules it, from what is owned in a moment; one that is pending begins anew. The time until then. */
    synchronized Duration schedule() {
        return schedule(Successor.SOMEBODY);
    }

    /** Schedules it for what a successor carries, once that is known; after the one that is pending. */
    synchronized void scheduleNext(Successor heir) {
        if (pending) {
            next = heir;
        } else {
            schedule(heir);
        }
    }

    private Duration schedule(Successor heir) {
        cancel();
        successor = heir;
        pending = true;
        marked = false;
        markDue = clock.nanos() + Math.min(SETTLE_NANOS, after.toNanos() / 2);
        due = clock.nanos() + after.toNanos();
        worker.wake();
        return after;
    }

    /** Calls off a pending one. */
    synchronized void cancel() {
        purging = false;
        pending = false;
        next = null;
        internal.endRelease();
    }

    private long turn() {
        RecordChoice carried;
        synchronized (this) {
            if (!pending) {
                return Turn.UNTIL_WOKEN;
            }
            long now = clock.nanos();
            if (!marked) {
                if (now - markDue < 0) {
                    return markDue - now;
                }
                marked = true;
                internal.beginRelease();
            }
            if (now - due < 0) {
                return due - now;
            }
            carried = successor.carries();
            if (carried.equals(Successor.NOTHING)) {
                return ASK_AGAIN_NANOS;
            }
            pending = false;
            purging = true;
        }
        release(carried);
        synchronized (this) {
            Successor heir = next;
            if (heir != null && !pending) {
                schedule(heir);
            }
        }
        return 0;
    }

    private void release(RecordChoice carried) {
        Set<Addresses.Parsed> local = localAddresses();
        List<Conntrack> purged = new ArrayList<>();
        RecordChoice choice = (bytes, from, length) -> {
            Conntrack entry = decode(bytes, from, length);
            if (entry == null || endsHere(entry.original(), local) || !carried.takes(bytes, from, length)) {
                return false;
            }
            purged.add(entry);
            return true;
        };
        int released = internal.released(Kind.CONNTRACK, choice)
                + internal.released(Kind.EXPECTATION, (bytes, from, length) -> true);
        internal.endRelease();
        purge(purged);
        if (released > 0) {
            LOG.log(System.Logger.Level.INFO, "released {0} records that another node carries", released);
        }
    }

    private void purge(List<Conntrack> entries) {
        for (int from = 0; from < entries.size(); from += BATCH) {
            if (!purge(entries.subList(from, Math.min(entries.size(), from + BATCH)), new ArrayList<>(BATCH))) {
                return;
            }
        }
    }

    /**
     * One batch, unless the release was called off: who calls it off waits for the batch under way. Deletions are
     * heard, so that a re-reading that goes on meanwhile learns of them.
     */
    private synchronized boolean purge(List<Conntrack> entries, List<TableChange> changes) {
        if (!purging) {
            return false;
        }
        for (Conntrack entry : entries) {
            boolean again = internal.owns(entry);
            if (!again && !(keepsPeersEntries && handedBack(entry))) {
                changes.add(new TableChange.Delete(entry));
            }
        }
        table.apply(changes, Echo.HEARD);
        return true;
    }

    /** Whether a peer owns the entry; if so, its copy is written once more over what is there. */
    private boolean handedBack(Conntrack entry) {
        WireBuffer key = new WireBuffer(256);
        EntryCodec.encodeKey(entry, key);
        for (Twin twin : external.twins()) {
            if (twin.contains(Kind.CONNTRACK, key.array(), 0, key.length())) {
                twin.markAgain(Kind.CONNTRACK, key.array(), 0, key.length());
                return true;
            }
        }
        return false;
    }

    private static @Nullable Conntrack decode(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            return null;
        }
    }

    private static boolean endsHere(Tuple tuple, Set<Addresses.Parsed> local) {
        return local.contains(new Addresses.Parsed(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()))
                || local.contains(
                        new Addresses.Parsed(tuple.family(), tuple.destinationHigh(), tuple.destinationLow()));
    }

    private static Set<Addresses.Parsed> localAddresses() {
        Set<Addresses.Parsed> local = new HashSet<>();
        try {
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : device.getInterfaceAddresses()) {
                    String text = address.getAddress().getHostAddress().split("%", 2)[0];
                    Addresses.Parsed parsed = Addresses.parse(text);
                    if (parsed != null) {
                        local.add(parsed);
                    }
                }
            }
        } catch (SocketException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "own addresses cannot be read: {0}", unreadable.getMessage());
        }
        return local;
    }

    @Override
    public void close() {
        worker.close();
    }
}
