package org.conntwin.node.demo.userspace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import org.conntwin.node.demo.stage.DemoException;

/**
 * Where the two nodes talk to each other: a loopback address that no other demo of this machine is likely to have, so that
 * two of them that start at once do not take each other's ports.
 *
 * @param host the address
 * @param first fw1's port
 * @param second fw2's port
 */
record SyncAddresses(String host, int first, int second) {
    /** Picks an address and free ports. */
    static SyncAddresses pick() throws DemoException {
        SecureRandom random = new SecureRandom();
        String host = "127." + (1 + random.nextInt(254)) + "." + random.nextInt(256) + "." + (1 + random.nextInt(254));
        try {
            InetAddress address = InetAddress.getByName(host);
            // Both at once, so that they are not the same.
            try (ServerSocket one = new ServerSocket(0, 1, address);
                    ServerSocket other = new ServerSocket(0, 1, address)) {
                return new SyncAddresses(host, one.getLocalPort(), other.getLocalPort());
            }
        } catch (IOException e) {
            throw new DemoException("cannot listen on loopback address " + host + ": " + e.getMessage(), e);
        }
    }

    /** The port of a node. */
    int port(String node) {
        return node.equals("fw1") ? first : second;
    }

    /** The address and port of a node. */
    String member(String node) {
        return host + ":" + port(node);
    }
}
