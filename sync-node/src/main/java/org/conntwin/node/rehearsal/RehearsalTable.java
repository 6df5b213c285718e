package org.conntwin.node.rehearsal;

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.conntwin.tracker.ctnetlink.ConntrackEncoder;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.ffi.SharedBuffer;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableCounters;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/** A table that writes what it is told as messages to the kernel, sends them nowhere, and says that all is done. */
final class RehearsalTable implements ConntrackTable {
    private final SharedBuffer buffer = new SharedBuffer(256 * 1024);
    private final MessageWriter changes = new MessageWriter(buffer.bytes());
    private final ProtocolTimeouts timeouts;

    /** With the lifetimes of the real table. */
    RehearsalTable(ProtocolTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    @Override
    public synchronized List<Outcome> apply(List<? extends TableChange> told, Echo echo) {
        changes.reset();
        for (TableChange change : told) {
            if (changes.remaining() < ConntrackEncoder.MAX_BYTES) {
                changes.reset();
            }
            switch (change) {
                case TableChange.Insert(var entry) -> ConntrackEncoder.insert(changes, 1, entry);
                case TableChange.Update(var entry) -> ConntrackEncoder.update(changes, 1, entry);
                case TableChange.Delete(var entry) -> ConntrackEncoder.delete(changes, 1, entry);
                default -> {}
            }
        }
        return Collections.nCopies(told.size(), Outcome.DONE);
    }

    @Override
    public String name() {
        return "rehearsal";
    }

    @Override
    public void listen(TableListener listener) {}

    @Override
    public void dump(Consumer<? super Conntrack> visitor) {}

    @Override
    public @Nullable Conntrack find(Tuple original, Zone zone) {
        return null;
    }

    @Override
    public void dumpExpectations(Consumer<? super Expectation> visitor) {}

    @Override
    public void flush(FlushFilter filter) {}

    @Override
    public void flushExpectations() {}

    @Override
    public long count() {
        return 0;
    }

    @Override
    public long limit() {
        return 0;
    }

    @Override
    public ProtocolTimeouts timeouts() {
        return timeouts;
    }

    @Override
    public TableCounters counters() {
        return new TableCounters(0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        buffer.close();
    }
}
