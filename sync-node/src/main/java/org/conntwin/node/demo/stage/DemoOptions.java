package org.conntwin.node.demo.stage;

/**
 * What the operator asked the demo to do.
 *
 * @param flows number of TCP flows, 1 to {@value #MAX_FLOWS}; a tenth of that number of UDP flows is added
 * @param table {@code kernel}, {@code userspace}, or {@value #LIVE}: the userspace table with live packets
 * @param seed what the flows' bytes and their pace derive from
 */
public record DemoOptions(int flows, String table, long seed) {
    /** The userspace table under packets that the kernel queues, in network namespaces. */
    public static final String LIVE = "userspace-live";

    /** More flows would run out of the client's source ports for one server port. */
    public static final int MAX_FLOWS = 20_000;

    /** How many TCP flows run unless told otherwise. */
    public static final int DEFAULT_FLOWS = 500;

    /** Whether real packets of this machine pass the nodes. */
    public boolean live() {
        return table.equals(LIVE);
    }

    /** Number of UDP flows beside the TCP flows: a tenth, at least one. */
    public int udpFlows() {
        return Math.max(1, flows / 10);
    }
}
