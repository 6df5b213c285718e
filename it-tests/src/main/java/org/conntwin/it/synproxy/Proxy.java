package org.conntwin.it.synproxy;

import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/** A router with a SYN proxy between clients and servers. One thread at a time. */
interface Proxy extends AutoCloseable {
    /** What came out. */
    record Out(List<Seen> toClient, List<Seen> toServer) {}

    /** Lets a packet arrive and tells all that came out then. */
    Out send(byte[] packet, boolean fromServer);

    /** The entry with this original tuple; null for none. */
    @Nullable
    Conntrack find(Tuple original);

    @Override
    void close();
}
