package org.conntwin.node.channel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
 * @param port multicast: the group's port and this node's UDP port; TCP: the port to listen on. 1 to 65535
 * @param members where peers may be found; required for TCP, additional to multicast discovery otherwise. May contain
 *     this node itself
 * @param key the cluster key, 32 bytes; empty: nothing is encrypted or authenticated ("insecure")
 * @param datagramBytes largest datagram in bytes, IP and UDP headers excluded, seal included; 1200 to 65000. Small ones
 *     (1,472 or less: no IP fragments on Ethernet) lose less on a lossy link; large ones cost fewer system calls
 */
public record ChannelSettings(
        String node,
        String cluster,
        InetAddress bindAddress,
        Transport transport,
        Optional<InetAddress> multicastAddress,
        int port,
        List<InetSocketAddress> members,
        Optional<byte[]> key,
        int datagramBytes) {
    /** What {@link #datagramBytes} is unless told. */
    public static final int DEFAULT_DATAGRAM_BYTES = 1_452;

    /** Checks the ranges above; the configuration reader has reported them to the operator before. */
    public ChannelSettings {
        members = List.copyOf(members);
    }
}
