package org.conntwin.node.channel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * How one node's channel is opened.
 *
 * @param node this node's name, unique in the cluster, 1 to 64 UTF-8 bytes
 * @param cluster the cluster's name; others' datagrams are dropped, 1 to 64 UTF-8 bytes
 * @param bindAddress a local address; also selects the interface for multicast
 * @param transport multicast or TCP
 * @param multicastAddress the group, of the same family as {@code bindAddress}; used only with multicast
 * @param port TCP: the port to listen on. Multicast: the group's UDP port and this node's own UDP port, and a TCP port
 *     of the same number on which peers notice its end; several nodes on one address take the next of 20 numbers. A
 *     packet filter on the sync link must let both pass. 1 to 65535
 * @param members where peers may be found; required for TCP, additional to multicast discovery otherwise. May contain
 *     this node itself
 * @param keys the cluster keys, or none
 * @param datagramBytes largest datagram in bytes, IP and UDP headers excluded, seal included; 1200 to 65000. Those of
 *     1,452 or less need no IP fragments on Ethernet, with IPv4 nor IPv6. Larger ones cost fewer system calls (8,900: a
 *     third of the processor time a byte), but one lost fragment loses the whole, and the rest fills the kernel's
 *     reassembly memory: at 5 % loss the link then stalls. Raise it only to the MTU of a jumbo link
 */
public record ChannelSettings(
        String node,
        String cluster,
        InetAddress bindAddress,
        Transport transport,
        Optional<InetAddress> multicastAddress,
        int port,
        List<InetSocketAddress> members,
        Keyring keys,
        int datagramBytes) {
    /** What {@link #datagramBytes} is unless told. */
    public static final int DEFAULT_DATAGRAM_BYTES = 1_452;

    /** Checks the ranges above; the configuration reader has reported them to the operator before. */
    public ChannelSettings {
        checkName(node);
        checkName(cluster);
        members = List.copyOf(members);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port);
        }
        if (datagramBytes < 1_200 || datagramBytes > 65_000) {
            throw new IllegalArgumentException("datagrams of " + datagramBytes + " bytes");
        }
    }

    private static void checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > NodeAddress.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a name of " + bytes + " bytes");
        }
    }
}
