package org.conntwin.it.lab;

import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of one node in a lab; {@link #yaml} is what an operator would write. Immutable.
 *
 * @param node its name in the cluster
 * @param bindAddress on the sync network
 * @param transport multicast or tcp
 * @param port of the cluster
 * @param members addresses of all nodes, for tcp
 * @param keyFile the cluster's key
 * @param socket the control socket
 * @param externalCache false: received entries go straight into the local table
 * @param role the initial role
 */
public record NodeSettings(
        String node,
        String bindAddress,
        String transport,
        int port,
        List<String> members,
        Path keyFile,
        Path socket,
        boolean externalCache,
        String role) {
    /** The port that nodes of a lab use unless told. */
    public static final int PORT = 7600;
    /** The group that they use with multicast. */
    public static final String GROUP = "239.192.77.1";

    /** Copies the members. */
    public NodeSettings {
        members = List.copyOf(members);
    }

    /** What a backup with an external cache on a multicast network needs. */
    public static NodeSettings multicast(Firewall firewall, Path directory) {
        return new NodeSettings(
                firewall.name(),
                firewall.syncAddress(),
                "multicast",
                PORT,
                List.of(),
                directory.resolve("cluster.key"),
                directory.resolve(firewall.name() + ".sock"),
                true,
                "backup");
    }

    /** The same over TCP with a list of members. */
    public NodeSettings tcp(List<String> addresses) {
        return new NodeSettings(node, bindAddress, "tcp", port, addresses, keyFile, socket, externalCache, role);
    }

    /** The same with received entries written to the local table at once. */
    public NodeSettings withoutExternalCache() {
        return new NodeSettings(node, bindAddress, transport, port, members, keyFile, socket, false, role);
    }

    /** The same in another initial role. */
    public NodeSettings as(String initialRole) {
        return new NodeSettings(
                node, bindAddress, transport, port, members, keyFile, socket, externalCache, initialRole);
    }

    /** The same under another name and with a control socket of its own. */
    public NodeSettings named(String name, Path otherSocket) {
        return new NodeSettings(name, bindAddress, transport, port, members, keyFile, otherSocket, externalCache, role);
    }

    /** The configuration file's text. */
    public String yaml() {
        String memberLine = members.isEmpty() ? "" : "  members: [" + String.join(", ", members) + "]\n";
        return """
                node: %s
                table: kernel
                cluster:
                  name: lab
                  bind-address: %s
                  transport: %s
                  multicast-address: %s
                  port: %d
                %s  key-file: %s
                sync:
                  external-cache: %b
                  expectations: all
                  filter:
                    exclude-addresses: [127.0.0.0/8, %s]
                ha:
                  initial-role: %s
                control:
                  socket: %s
                """.formatted(
                        node,
                        bindAddress,
                        transport,
                        GROUP,
                        port,
                        memberLine,
                        keyFile,
                        externalCache,
                        SyncNetwork.SUBNET,
                        role,
                        socket);
    }
}
