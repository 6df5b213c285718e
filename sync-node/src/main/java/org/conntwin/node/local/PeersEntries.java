package org.conntwin.node.local;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.EventKind;

/** Tells which entries of the local table stand there for a peer. */
public interface PeersEntries {
    /** Whether the event is of an entry that a peer owns: then it is not this node's to replicate. */
    boolean claims(EventKind kind, Conntrack entry);

    /** Nothing stands there for a peer. */
    PeersEntries NONE = (kind, entry) -> false;
}
