package org.conntwin.node.channel;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jgroups.Version;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Bundler;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NoBundler;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.TransferQueueBundler;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.Bits;
import org.jgroups.util.PassRegularMessagesUpDirectly;

/**
 * The protocols of one channel, lowest first, with every timing in one place.
 *
 * <p>There is no JGroups flow control on purpose: it makes senders wait for the slowest member.
 */
final class Stack {
    /** Room for JGroups' own headers of one message: addresses with names, cluster name, sequence numbers. */
    private static final int HEADER_ROOM = 256;
    /** Room for what a bundle adds to its messages: the sender, the cluster's name, lengths. */
    private static final int BUNDLE_ROOM = 160;

    private static final int UDP_PORTS = 20;
    private static final int SOCKET_BUFFER_BYTES = 8 << 20;
    private static final int RETRANSMIT_MILLIS = 20;

    static {
        QuietLog.install();
        NodeAddress.register();
        GuardHeader.register();
        ClassConfigurator.addProtocol((short) 760, SealedUdp.class);
        ClassConfigurator.addProtocol((short) 761, SealedTcp.class);
        ClassConfigurator.addProtocol((short) 762, SeededPing.class);
        ClassConfigurator.addProtocol((short) 763, PeerWatch.class);
        ClassConfigurator.addProtocol((short) 764, NameGuard.class);
    }

    private final ChannelSettings settings;
    private final Drops drops;

    Stack(ChannelSettings settings, Drops drops) {
        this.settings = settings;
        this.drops = drops;
    }

    /** Whether the content of a frame is of a version that this JGroups reads. */
    static boolean readable(byte[] content, int offset, int length) {
        return length >= Short.BYTES + 1 && Version.isBinaryCompatible(Bits.readShort(content, offset));
    }

    /** Largest payload that travels in one frame. */
    static int payloadBytes(ChannelSettings settings) {
        int frame = settings.transport() == Transport.TCP ? Gate.MAX_FRAME_BYTES : settings.datagramBytes();
        return frame - SealedGate.OVERHEAD_BYTES - HEADER_ROOM;
    }

    /** New protocols, sockets opened where that is possible now. */
    Protocol[] protocols() throws ChannelException {
        Gate gate = settings.keys().isEmpty()
                ? new PlainGate(settings.cluster(), drops)
                : new SealedGate(settings.keys(), settings.cluster(), drops, System::nanoTime);
        NetworkInterface network = network(settings.bindAddress());
        return switch (settings.transport()) {
            case MULTICAST -> udp(gate, network);
            case TCP -> tcp(gate);
        };
    }

    private Protocol[] udp(Gate gate, NetworkInterface network) throws ChannelException {
        InetAddress group = settings.multicastAddress()
                .orElseThrow(() -> new ChannelException("transport multicast needs a `multicast-address:`"));
        PortPair ports = PortPair.claim(drops, settings.bindAddress(), settings.port(), UDP_PORTS);
        SealedUdp transport = new SealedUdp(gate, drops, network, group);
        transport.setMulticastPort(settings.port());
        transport.setMulticastTTL(1);
        // Asking for more than the kernel gives only makes JGroups complain.
        int receive = kernelLimit("rmem_max");
        transport.setMcastRecvBufSize(receive);
        transport.setUcastRecvBufSize(receive);
        int send = Math.min(SOCKET_BUFFER_BYTES / 8, kernelLimit("wmem_max"));
        transport.setMcastSendBufSize(send);
        transport.setUcastSendBufSize(send);
        transport.setBindPort(ports.port());
        int datagram = settings.datagramBytes() - gate.overheadBytes();
        return protocols(transport, datagram, new SeededPing(settings.members()), ports.watch());
    }

    /** The largest socket buffer that the kernel gives, at most what is of use; that where it does not tell. */
    private static int kernelLimit(String name) {
        try (InputStream file = new FileInputStream("/proc/sys/net/core/" + name)) {
            byte[] bytes = new byte[32]; // one read: these files answer a second one with their end
            String limit = new String(bytes, 0, Math.max(0, file.read(bytes)), StandardCharsets.US_ASCII);
            return (int) Math.min(SOCKET_BUFFER_BYTES, Long.parseLong(limit.strip()));
        } catch (IOException | NumberFormatException notTold) {
            return SOCKET_BUFFER_BYTES;
        }
    }

    private Protocol[] tcp(Gate gate) throws ChannelException {
        ServerSocket server = listen(settings.bindAddress(), settings.port());
        SealedTcp transport = new SealedTcp(gate, drops, server);
        transport.setBindPort(settings.port());
        TCPPING discovery = new TCPPING();
        discovery.setInitialHosts(settings.members());
        discovery.setPortRange(0);
        int frame = Gate.MAX_FRAME_BYTES - gate.overheadBytes();
        return protocols(transport, frame, discovery, null);
    }

    private Protocol[] protocols(
            TP transport, int frameBytes, Discovery discovery, @org.jspecify.annotations.Nullable PeerWatch watch) {
        transport.setBindAddr(settings.bindAddress());
        transport.setPortRange(0);
        transport.useVirtualThreads(false); // measured: the lower latency with few peers
        Bundler bundler = settings.transport() == Transport.TCP ? new TransferQueueBundler() : new NoBundler();
        bundler.setMaxSize(frameBytes - BUNDLE_ROOM);
        transport.setBundler(bundler);
        transport.msgProcessingPolicy(new PassRegularMessagesUpDirectly());
        transport.setLogDiscardMessages(false);

        discovery.numDiscoveryRuns(3); // against a lost request
        FRAG2 fragments = new FRAG2();
        fragments.setFragSize(frameBytes - HEADER_ROOM);
        List<Protocol> all = new java.util.ArrayList<>(List.of(
                transport,
                discovery,
                new MERGE3().setMinInterval(300).setMaxInterval(800).setCheckInterval(1_000)));
        if (watch != null) {
            all.add(watch);
        }
        VERIFY_SUSPECT2 verify = new VERIFY_SUSPECT2().setTimeout(250);
        verify.setValue("num_msgs", 4); // the only way to set it; several, because datagrams get lost
        GMS membership = new GMS()
                .setJoinTimeout(700)
                .setLeaveTimeout(700)
                .setMaxJoinAttempts(4)
                .setViewAckCollectionTimeout(500)
                .setMergeTimeout(2_000)
                .printLocalAddress(false)
                .logCollectMessages(false)
                .logViewWarnings(false);
        all.addAll(List.of(
                new FD_ALL3().setTimeout(5_000).setInterval(1_000),
                verify,
                new NAKACK2()
                        .setXmitInterval(RETRANSMIT_MILLIS)
                        .useMcastXmit(false)
                        .resendLastSeqno(true)
                        .logDiscardMessages(false)
                        .logNotFoundMessages(false),
                new UNICAST3().setXmitInterval(RETRANSMIT_MILLIS).logNotFoundMsgs(false),
                new STABLE().setDesiredAverageGossip(1_000).setMaxBytes(1 << 20),
                new NameGuard(),
                membership,
                fragments));
        return all.toArray(Protocol[]::new);
    }

    /** The interface of an address; for 127.0.0.2 and the like that of the loopback. */
    static NetworkInterface network(InetAddress address) throws ChannelException {
        try {
            NetworkInterface found = NetworkInterface.getByInetAddress(address);
            if (found == null && address.isLoopbackAddress()) {
                found = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            }
            if (found == null) {
                throw new ChannelException("no interface of this machine has the address " + address.getHostAddress()
                        + "; change `bind-address:`");
            }
            if (!found.isUp()) {
                throw new ChannelException("interface " + found.getName() + " of " + address.getHostAddress()
                        + " is down; bring it up or change `bind-address:`");
            }
            return found;
        } catch (IOException e) {
            throw new ChannelException("cannot look up the interface of " + address.getHostAddress() + ": " + e, e);
        }
    }

    private static ServerSocket listen(InetAddress address, int port) throws ChannelException {
        ServerSocket server = null;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, port));
            return server;
        } catch (BindException e) {
            closeQuietly(server);
            throw new ChannelException(
                    "TCP port " + port + " on " + address.getHostAddress()
                            + " is in use; stop the other program or change `port:`",
                    e);
        } catch (IOException e) {
            closeQuietly(server);
            throw new ChannelException(
                    "cannot listen on " + address.getHostAddress() + " port " + port + ": " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(java.io.@org.jspecify.annotations.Nullable Closeable socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // nothing is lost with it
            }
        }
    }

    /**
     * A number that is free for UDP and for the watch's TCP socket, so that peers know one from the other. Several nodes
     * on one address take the next ones.
     */
    private record PortPair(int port, PeerWatch watch) {
        static PortPair claim(Drops drops, InetAddress address, int first, int tries) throws ChannelException {
            IOException last = null;
            for (int port = first; port < Math.min(first + tries, 65_536); port++) {
                try {
                    PeerWatch watch = PeerWatch.listening(drops, address, port);
                    if (udpFree(address, port)) {
                        return new PortPair(port, watch);
                    }
                    watch.close();
                } catch (IOException e) {
                    last = e;
                }
            }
            throw new ChannelException(
                    "ports " + first + " to " + (first + tries - 1) + " on " + address.getHostAddress()
                            + " are in use; change `port:`",
                    last);
        }

        private static boolean udpFree(InetAddress address, int port) {
            try (java.net.DatagramSocket probe = new java.net.DatagramSocket(null)) {
                probe.setReuseAddress(false);
                probe.bind(new InetSocketAddress(address, port));
                return true;
            } catch (SocketException e) {
                return false;
            }
        }
    }
}
