package org.conntwin.it.traffic;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;

/** Established flows by number, all different, with a lifetime that outlasts any run. */
final class BurstFlows {
    private static final int PORTS = 50_000;
    private static final int LIFETIME_SECONDS = 86_400;

    private BurstFlows() {}

    /** The i-th: 50,000 source ports from 1,000 on, on each client address from 10.1.0.1 on. */
    static Conntrack numbered(int i) {
        int client = (10 << 24) + (1 << 16) + 1 + i / PORTS;
        int server = (10 << 24) + (2 << 16) + 1;
        Tuple original = Tuple.ipv4(Protocol.TCP, client, server, 1_000 + i % PORTS, 80);
        return new Conntrack(
                original,
                original.inverted(),
                Zone.DEFAULT,
                Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED,
                LIFETIME_SECONDS,
                new TcpState(TcpState.ESTABLISHED, 7, 7, TcpState.WINDOW_SCALE, TcpState.WINDOW_SCALE),
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null);
    }
}
