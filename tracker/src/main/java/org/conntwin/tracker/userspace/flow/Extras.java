package org.conntwin.tracker.userspace.flow;

import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.jspecify.annotations.Nullable;

/** What few flows have, kept apart so that the others stay small. Not thread-safe. */
public final class Extras {
    /** Name of the helper, null for none. */
    public @Nullable String helper;
    /** What the helper remembers of the flow; belongs to the helper. */
    public @Nullable Object helperMemory;

    /** What translation remembers of the flow; belongs to it. */
    public @Nullable Object translation;

    public @Nullable Labels labels;
    /** The flow that this one is related to; lives on here after it left the table. */
    public @Nullable Flow master;

    public @Nullable SequenceAdjustment originalAdjustment;
    public @Nullable SequenceAdjustment replyAdjustment;
    public @Nullable SynProxyOffsets synProxy;

    /** Whether packets and bytes are counted. */
    public boolean counted;

    public long originalPackets;
    public long originalBytes;
    public long replyPackets;
    public long replyBytes;
    /** Start in nanoseconds of the wall clock; 0 when not kept. */
    public long started;
    /** Stop in nanoseconds of the wall clock; 0 while alive or when not kept. */
    public long stopped;

    /** Starts with nothing. */
    public Extras() {}
}
