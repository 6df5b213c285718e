package org.conntwin.tracker.userspace.flow;

import org.jspecify.annotations.Nullable;

/** What a bucket of the {@link FlowTable} chains. Guarded by the tracker's lock. */
abstract sealed class Link permits Flow, ReplyLink {
    /** The next of the bucket. */
    @Nullable
    Link next;
}
