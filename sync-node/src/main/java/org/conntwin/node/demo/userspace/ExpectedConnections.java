package org.conntwin.node.demo.userspace;

import java.util.HashMap;
import java.util.Map;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/** What the servers do with a connection, told beforehand by whoever opens it. On the world's thread only. */
final class ExpectedConnections implements VirtualHosts.Listener {
    private final Map<Tuple, VirtualHosts.Accepted> expected = new HashMap<>();

    /** The next connection with this tuple, from client to server, is accepted so. */
    void expect(Tuple tuple, VirtualHosts.Accepted accepted) {
        expected.put(tuple.inverted(), accepted);
    }

    @Override
    public VirtualHosts.@Nullable Accepted accept(Tuple tuple) {
        return expected.get(tuple);
    }
}
