package org.conntwin.node.demo.userspace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import org.conntwin.node.demo.stage.DemoException;

/**
 * Where the two nodes talk to each other: a loopback address that no other demo of this machine is likely to have, and
 * ports that the kernel gives to nobody by itself, so that they stay free until the nodes take them.
 *
 * @param host the address
 * @param first fw1's port
 * @param second fw2's port
 */
record SyncAddresses(String host, int first, int second) {
    private static final int LOWEST_PORT = 10_000;
    /** The kernel's own choice begins at 32768. */
    private static final int PORTS = 22_000;

    private static final int TRIES = 100;

    /** Picks an address and free ports. */
    static SyncAddresses pick() throws DemoException {
        SecureRandom random = new SecureRandom();
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            String host =
                    "127." + (1 + random.nextInt(254)) + "." + random.nextInt(256) + "." + (1 + random.nextInt(254));
            int first = LOWEST_PORT + random.nextInt(PORTS);
            try {
                InetAddress address = InetAddress.getByName(host);
                new ServerSocket(first, 1, address).close();
                new ServerSocket(first + 1, 1, address).close();
                return new SyncAddresses(host, first, first + 1);
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new DemoException("no free port on loopback: " + (last == null ? "" : last.getMessage()));
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
