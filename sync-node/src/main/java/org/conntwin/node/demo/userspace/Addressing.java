package org.conntwin.node.demo.userspace;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;

/**
 * Who talks to whom: many clients in 10.77.1.0/24 and fd77:1::/64, one server at 10.77.2.2 and fd77:2::2. A client port is
 * used once in the whole world, so that it names a connection.
 */
final class Addressing {
    /** The streaming service. */
    static final int STREAM_PORT = 7_000;
    /** The service that answers requests until its client ends the connection. */
    static final int ANSWER_PORT = 80;
    /** The service that answers one request and ends the connection. */
    static final int SINGLE_ANSWER_PORT = 81;

    private static final int CLIENTS = 200;
    private static final long CLIENT_NET = 0x0a4d0100L;
    private static final long SERVER = 0x0a4d0202L;
    private static final long CLIENT_NET_6 = 0xfd77_0001_0000_0000L;
    private static final long SERVER_NET_6 = 0xfd77_0002_0000_0000L;

    private Addressing() {}

    /** The tuple from client to server of the connection with this client port; every fourth one over IPv6. */
    static Tuple tuple(int protocol, int clientPort, int serverPort) {
        int client = 2 + clientPort % CLIENTS;
        return clientPort % 4 == 3
                ? new Tuple(Family.IPV6, protocol, CLIENT_NET_6, client, SERVER_NET_6, 2, clientPort, serverPort)
                : new Tuple(Family.IPV4, protocol, 0, CLIENT_NET + client, 0, SERVER, clientPort, serverPort);
    }

    /** The same for TCP. */
    static Tuple tcp(int clientPort, int serverPort) {
        return tuple(Protocol.TCP, clientPort, serverPort);
    }

    /** The source address as text. */
    static String source(Tuple tuple) {
        return Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow());
    }

    /** A tuple as people write it. */
    static String text(Tuple tuple) {
        return source(tuple) + " port " + tuple.sourceKey() + " to "
                + Addresses.text(tuple.family(), tuple.destinationHigh(), tuple.destinationLow()) + " port "
                + tuple.destinationKey();
    }
}
