package org.conntwin.tracker.userspace.helper.pptp;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
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
    /** Call id of the connection's client as the server knows it, 0 at first. */
    int clientId;
    /** Call id of its server. */
    int serverId;
    /** Call id of the client as the client knows it, where the connection is translated; 0 at first. */
    int ownClientId;

    GreKeys.@Nullable Known clientKeys;
    GreKeys.@Nullable Known serverKeys;

    /** The packets of a direction of the call as they arrive. */
    Tuple packets(Flow control, int direction) {
        boolean own = direction == Flow.ORIGINAL && Status.translated(control.status);
        return packets(control, direction, own ? ownClientId : clientId, serverId);
    }

    /** The same with these ids. */
    static Tuple packets(Flow control, int direction, int client, int server) {
        Tuple tuple = control.tuple(direction);
        boolean fromClient = direction == Flow.ORIGINAL;
        return new Tuple(
                tuple.family(),
                Protocol.GRE,
                tuple.sourceHigh(),
                tuple.sourceLow(),
                tuple.destinationHigh(),
                tuple.destinationLow(),
                fromClient ? client : server,
                fromClient ? server : client);
    }

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
