package org.conntwin.tracker.kernel;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventFilter;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableCounters;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/**
 * The connection-tracking table of the Linux kernel, of the network namespace that this process runs in.
 * Needs CAP_NET_ADMIN.
 *
 * <p>Changes go through two sockets: what the silent one causes does not come back as an event.
 */
public final class KernelTable implements ConntrackTable {
    private static final int EVENT_BUFFER_LARGEST = 512 << 20;
    private static final int EVENT_BUFFER_SMALLEST = 8 << 20;

    private final UnknownAttributes unknownInEvents = new UnknownAttributes();
    private final UnknownAttributes unknownInDumps = new UnknownAttributes();
    private final ChangeWriter silent = new ChangeWriter();
    private final ChangeWriter heard = new ChangeWriter();
    private final TableReader reader = new TableReader(unknownInDumps);
    private final EntryFinder finder = new EntryFinder(unknownInDumps);
    private final int eventBufferBytes;
    private volatile @Nullable EventReader events;

    /** Opens the table with an event buffer of a share of the machine's memory; it is used only in bursts. */
    public KernelTable() {
        this(Math.clamp(KernelSettings.memoryBytes() / 32, EVENT_BUFFER_SMALLEST, EVENT_BUFFER_LARGEST));
    }

    /**
     * Opens the table.
     *
     * @param eventBufferBytes bound of the event buffer in the kernel
     * @throws org.conntwin.tracker.table.TableException when the kernel refuses
     */
    public KernelTable(int eventBufferBytes) {
        this.eventBufferBytes = eventBufferBytes;
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public void listen(TableListener listener) {
        listen(listener, EventFilter.ALL);
    }

    @Override
    public synchronized void listen(TableListener listener, EventFilter filter) {
        if (events != null) {
            throw new IllegalStateException("this table has its listener already");
        }
        EventReader opened =
                new EventReader(listener, filter, unknownInEvents, silent.port(), eventBufferBytes, eventBufferBytes);
        events = opened;
        opened.start();
    }

    @Override
    public boolean pauseEvents() {
        EventReader opened = events;
        if (opened == null) {
            return false;
        }
        opened.pause();
        return true;
    }

    @Override
    public void resumeEvents() {
        EventReader opened = events;
        if (opened != null) {
            opened.resume();
        }
    }

    @Override
    public void awaitTold(Duration most) {
        EventReader opened = events;
        if (opened != null) {
            opened.awaitTold(most);
        }
    }

    @Override
    public void dump(Consumer<? super Conntrack> visitor) {
        reader.conntracks(visitor);
    }

    @Override
    public @Nullable Conntrack find(Tuple original, Zone zone) {
        return finder.find(original, zone);
    }

    @Override
    public void dumpExpectations(Consumer<? super Expectation> visitor) {
        reader.expectations(visitor);
    }

    @Override
    public List<Outcome> apply(List<? extends TableChange> changes, Echo echo) {
        return (echo == Echo.SILENT ? silent : heard).apply(changes);
    }

    @Override
    public void flush(FlushFilter filter) {
        heard.flush(filter);
    }

    @Override
    public void flushExpectations() {
        heard.flushExpectations();
    }

    @Override
    public long count() {
        return Math.max(0, KernelSettings.number("count"));
    }

    @Override
    public long limit() {
        return Math.max(0, KernelSettings.number("max"));
    }

    @Override
    public ProtocolTimeouts timeouts() {
        return KernelSettings.timeouts();
    }

    @Override
    public boolean judgesWindows() {
        return KernelSettings.number("tcp_be_liberal") == 0;
    }

    @Override
    public TableCounters counters() {
        EventReader opened = events;
        long unknown = unknownInDumps.total() + unknownInEvents.total();
        return opened == null
                ? new TableCounters(0, 0, unknown, reader.malformed(), 0)
                : new TableCounters(
                        opened.received(),
                        opened.overruns(),
                        unknown,
                        opened.malformed() + reader.malformed(),
                        opened.bufferBytes());
    }

    @Override
    public synchronized void close() {
        EventReader opened = events;
        if (opened != null) {
            opened.close();
        }
        finder.close();
        reader.close();
        heard.close();
        silent.close();
    }
}
