package org.conntwin.tracker.model;

import org.jspecify.annotations.Nullable;

/**
 * A conntrack entry, or what an event says of one. Parts that an event leaves out because they did not
 * change are {@code null}; {@link #updatedBy} puts such an event over what was known.
 *
 * @param timeoutSeconds remaining lifetime; {@link #UNKNOWN} when not said
 * @param status bits of {@link Status}
 * @param state null for protocols without one and where an event did not repeat it
 * @param helper name of the helper, null for none
 * @param master original tuple of the master of a related flow
 * @param id the local table's identifier, 0 when unknown; never compared between nodes
 * @param unread what a newer node told beyond all this, null for nothing
 */
public record Conntrack(
        Tuple original,
        Tuple reply,
        Zone zone,
        int status,
        int timeoutSeconds,
        @Nullable ProtocolState state,
        int mark,
        @Nullable Labels labels,
        @Nullable String helper,
        @Nullable Tuple master,
        @Nullable SequenceAdjustment originalAdjustment,
        @Nullable SequenceAdjustment replyAdjustment,
        @Nullable SynProxyOffsets synProxy,
        int id,
        @Nullable Accounting accounting,
        @Nullable Timestamps timestamps,
        @Nullable Unread unread) {

    /** Timeout of an entry whose source did not tell one. */
    public static final int UNKNOWN = -1;

    /** Whether any of {@code bits} is set in the status. */
    public boolean has(int bits) {
        return (status & bits) != 0;
    }

    /**
     * This entry after an UPDATE event: timeout, status, mark and helper are always in an event, the rest
     * only when it changed (kernel behaviour, {@code ctnetlink_conntrack_event}).
     */
    public Conntrack updatedBy(Conntrack event) {
        return new Conntrack(
                event.original,
                event.reply,
                event.zone,
                event.status,
                event.timeoutSeconds == UNKNOWN ? timeoutSeconds : event.timeoutSeconds,
                event.state == null ? state : event.state,
                event.mark,
                event.labels == null ? labels : event.labels,
                event.helper,
                event.master == null ? master : event.master,
                event.originalAdjustment == null ? originalAdjustment : event.originalAdjustment,
                event.replyAdjustment == null ? replyAdjustment : event.replyAdjustment,
                event.synProxy == null ? synProxy : event.synProxy,
                event.id,
                event.accounting == null ? accounting : event.accounting,
                event.timestamps == null ? timestamps : event.timestamps,
                event.unread == null ? unread : event.unread);
    }
}
