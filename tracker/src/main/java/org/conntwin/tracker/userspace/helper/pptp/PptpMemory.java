package org.conntwin.tracker.userspace.helper.pptp;

import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/** What is remembered of a control connection: how far session and call are, and the ids of the call. */
final class PptpMemory {
    /** Sessions, in an order that matters. */
    enum Session {
        NONE,
        FAILED,
        STOPPING,
        REQUESTED,
        CONFIRMED
    }

    enum Call {
        NONE,
        OUT_REQUESTED,
        OUT_CONFIRMED,
        IN_REQUESTED,
        IN_ANSWERED,
        IN_CONFIRMED,
        CLEARING
    }

    Session session = Session.NONE;
    Call call = Call.NONE;
    /** Call id of the connection's client, 0 at first. */
    int clientId;
    /** Call id of its server. */
    int serverId;

    GreKeys.@Nullable Known clientKeys;
    GreKeys.@Nullable Known serverKeys;

    static PptpMemory of(Flow flow) {
        Extras extras = flow.extras();
        if (extras.helperMemory instanceof PptpMemory known) {
            return known;
        }
        PptpMemory fresh = new PptpMemory();
        extras.helperMemory = fresh;
        return fresh;
    }
}
