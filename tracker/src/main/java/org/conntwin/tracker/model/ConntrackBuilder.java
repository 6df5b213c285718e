package org.conntwin.tracker.model;

import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link Conntrack} as a decoder or a parser meets them. Not thread-safe; reusable. */
public final class ConntrackBuilder {
    public @Nullable Tuple original;
    public @Nullable Tuple reply;
    public Zone zone = Zone.DEFAULT;
    public int status;
    public int timeoutSeconds = Conntrack.UNKNOWN;
    public @Nullable ProtocolState state;
    public int mark;
    public @Nullable Labels labels;
    public @Nullable String helper;
    public @Nullable Tuple master;
    public @Nullable SequenceAdjustment originalAdjustment;
    public @Nullable SequenceAdjustment replyAdjustment;
    public @Nullable SynProxyOffsets synProxy;
    public int id;
    public @Nullable Accounting accounting;
    public @Nullable Timestamps timestamps;
    public @Nullable Unread unread;

    /** Starts empty. */
    public ConntrackBuilder() {}

    /** Starts with everything that {@code entry} has. */
    public static ConntrackBuilder from(Conntrack entry) {
        ConntrackBuilder builder = new ConntrackBuilder();
        builder.original = entry.original();
        builder.reply = entry.reply();
        builder.zone = entry.zone();
        builder.status = entry.status();
        builder.timeoutSeconds = entry.timeoutSeconds();
        builder.state = entry.state();
        builder.mark = entry.mark();
        builder.labels = entry.labels();
        builder.helper = entry.helper();
        builder.master = entry.master();
        builder.originalAdjustment = entry.originalAdjustment();
        builder.replyAdjustment = entry.replyAdjustment();
        builder.synProxy = entry.synProxy();
        builder.id = entry.id();
        builder.accounting = entry.accounting();
        builder.timestamps = entry.timestamps();
        builder.unread = entry.unread();
        return builder;
    }

    /** The entry; null while the original tuple is missing. A missing reply is the inverted original. */
    public @Nullable Conntrack build() {
        Tuple forward = original;
        if (forward == null) {
            return null;
        }
        Tuple back = reply;
        return new Conntrack(
                forward,
                back == null ? forward.inverted() : back,
                zone,
                status,
                timeoutSeconds,
                state,
                mark,
                labels,
                helper,
                master,
                originalAdjustment,
                replyAdjustment,
                synProxy,
                id,
                accounting,
                timestamps,
                unread);
    }
}
