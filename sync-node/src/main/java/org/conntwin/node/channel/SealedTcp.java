package org.conntwin.node.channel;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.TP;
import org.jgroups.stack.IpAddress;

/**
 * A TCP transport behind a {@link Gate}: sends on connections that this node opened ({@link TcpLink}), receives on
 * those that others opened. JGroups' own TCP transports read a cookie and the peer's claimed address before any seal
 * could be checked, and let the claim replace a connection; here nothing is read that is not a sealed frame.
 *
 * <p>Bounds: {@value #MAX_INCOMING} incoming connections, of which those that have not brought a valid frame within
 * {@value #PROOF_MILLIS} ms are closed; {@value #MAX_LINKS} outgoing ones.
 */
final class SealedTcp extends TP implements TcpLink.Owner {
    private static final int MAX_INCOMING = 64;
    private static final int MAX_LINKS = 64;
    private static final int PROOF_MILLIS = 5_000;
    private static final Duration ACCEPTOR_WAIT = Duration.ofMillis(500);
    /** Heartbeats come every second; a connection that brings nothing for so long is dead. */
    private static final int IDLE_MILLIS = 60_000;

    private final Gate gate;
    private final Drops drops;
    private final ServerSocket server;
    private final byte[] frame = new byte[Gate.MAX_FRAME_BYTES];
    private final Map<InetSocketAddress, TcpLink> links = new ConcurrentHashMap<>();
    private final Set<Incoming> incoming = new LinkedHashSet<>();
    private volatile Set<Address> others = Set.of();
    private volatile boolean stopped;
    private volatile @org.jspecify.annotations.Nullable Thread acceptor;

    /** Takes a socket that listens already; it is closed with the transport. */
    SealedTcp(Gate gate, Drops drops, ServerSocket server) {
        this.message_processing_policy = null; // a name here, and there is one, would replace the policy that is set
        this.gate = gate;
        this.drops = drops;
        this.server = server;
    }

    @Override
    public boolean supportsMulticasting() {
        return false;
    }

    @Override
    protected PhysicalAddress getPhysicalAddress() {
        return new IpAddress(server.getInetAddress(), server.getLocalPort());
    }

    @Override
    protected void handleConnect() throws Exception {
        super.handleConnect();
        Thread accepting = getThreadFactory().newThread(this::accept, "tcp-accept");
        acceptor = accepting;
        accepting.start();
    }

    @Override
    public void stop() {
        super.stop();
        stopped = true;
        links.values().forEach(TcpLink::close);
        links.clear();
        try {
            server.close();
        } catch (IOException e) {
            log.warn("cannot close the listening socket: %s", e);
        }
        synchronized (incoming) {
            incoming.forEach(Incoming::close);
            incoming.clear();
        }
        awaitAcceptor();
    }

    /** The system keeps the port until the thread that waits in it has woken up; whoever comes next may want it. */
    private void awaitAcceptor() {
        Thread accepting = acceptor;
        if (accepting != null) {
            try {
                boolean _ = accepting.join(ACCEPTOR_WAIT);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The bundler's way out. */
    @Override
    public void doSend(byte[] content, int offset, int length, Address destination) throws Exception {
        synchronized (frame) {
            if (length > frame.length - gate.overheadBytes()) {
                drops.count(DropCause.OVERSIZED, "to " + destination);
                return;
            }
            super.doSend(frame, 0, gate.wrap(content, offset, length, frame), destination);
        }
    }

    @Override
    public void sendUnicast(PhysicalAddress destination, byte[] data, int offset, int length) {
        InetSocketAddress peer = (InetSocketAddress) destination.getSocketAddress();
        TcpLink link = links.get(peer);
        if (link == null) {
            link = link(peer);
        }
        if (link == null) {
            drops.count(DropCause.UNREACHABLE, "to " + peer + ", too many peers");
        } else {
            link.offer(data, offset, length);
        }
    }

    private synchronized @org.jspecify.annotations.Nullable TcpLink link(InetSocketAddress peer) {
        if (stopped || links.size() >= MAX_LINKS) {
            return null;
        }
        return links.computeIfAbsent(peer, to -> new TcpLink(bind_addr, to, this, drops, getThreadFactory()).start());
    }

    /** Frees what is queued for those who are no members any more: a frozen peer, or one that moved. */
    @Override
    public Object down(Event event) {
        if (event.getType() != Event.VIEW_CHANGE) {
            return super.down(event);
        }
        Set<InetSocketAddress> before = addresses(others);
        Object result = super.down(event);
        Set<Address> now = new HashSet<>(event.<View>arg().getMembers());
        now.remove(local_addr);
        others = Set.copyOf(now);
        before.removeAll(addresses(now));
        for (InetSocketAddress left : before) {
            TcpLink link = links.get(left);
            if (link != null) {
                link.reset();
            }
        }
        return result;
    }

    private Set<InetSocketAddress> addresses(Set<Address> members) {
        Set<InetSocketAddress> all = new HashSet<>();
        for (Address member : members) {
            PhysicalAddress where = getPhysicalAddressFromCache(member);
            if (where != null) {
                all.add((InetSocketAddress) where.getSocketAddress());
            }
        }
        return all;
    }

    @Override
    public void peerGone(InetSocketAddress peer) {
        for (Address member : others) {
            PhysicalAddress where = getPhysicalAddressFromCache(member);
            if (where != null && peer.equals(where.getSocketAddress()) && !stopped) {
                Suspicion.raise(this, this, member);
            }
        }
    }

    @Override
    public void answered(TcpLink link, byte[] answer, int length) {
        Gate.Peer peer = new Gate.Peer() {
            @Override
            public void reply(byte[] back, int size) {
                link.offer(back, 0, size);
            }

            @Override
            public int host() {
                return link.hashCode(); // this node chose to whom it leads
            }

            @Override
            public String toString() {
                return link.toString();
            }
        };
        gate.arrived(answer, 0, length, peer, (content, at, size) -> {
            drops.count(DropCause.MALFORMED, link); // peers send messages on their own connections only
        });
    }

    private void accept() {
        while (!stopped) {
            try {
                Socket socket = server.accept();
                Incoming connection = new Incoming(socket);
                synchronized (incoming) {
                    if (stopped || (incoming.size() >= MAX_INCOMING && !evictStranger())) {
                        drops.count(DropCause.CONNECTION_REFUSED, "from " + socket.getRemoteSocketAddress());
                        connection.close();
                        continue;
                    }
                    incoming.add(connection);
                }
                getThreadFactory().newThread(connection, "tcp-receive").start();
            } catch (IOException e) {
                if (!stopped) {
                    log.warn("accepting a connection failed: %s", e);
                    pause();
                }
            }
        }
    }

    /** Makes room by ending the oldest connection that brought nothing valid; false when all are peers'. */
    private boolean evictStranger() {
        for (Incoming connection : incoming) {
            if (!connection.trusted) {
                drops.count(DropCause.CONNECTION_REFUSED, connection);
                connection.close();
                return incoming.remove(connection);
            }
        }
        return false;
    }

    /** Out of file descriptors, most likely; trying at once would only burn the processor. */
    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }

    /** One connection that a peer (or a stranger) opened. */
    private final class Incoming implements Runnable, Gate.Peer {
        private final Socket socket;
        private final IpAddress address;
        private volatile boolean trusted;
        /** Whether a frame has begun and not ended; of the receiving thread alone. */
        private boolean cut;

        Incoming(Socket socket) {
            this.socket = socket;
            this.address = new IpAddress(socket.getInetAddress(), socket.getPort());
        }

        @Override
        public void run() {
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream(), 2 * Gate.MAX_FRAME_BYTES))) {
                receive(in);
            } catch (SocketTimeoutException e) {
                drops.count(DropCause.CONNECTION_REFUSED, this);
            } catch (IOException e) {
                // the end of the connection, by either side
                if (cut && !trusted) {
                    drops.count(DropCause.TRUNCATED, this);
                }
            } finally {
                close();
                synchronized (incoming) {
                    incoming.remove(this);
                }
            }
        }

        private void receive(DataInputStream in) throws IOException {
            byte[] buffer = new byte[Gate.MAX_FRAME_BYTES];
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PROOF_MILLIS);
            socket.setSoTimeout(PROOF_MILLIS);
            while (!stopped) {
                int length = in.readInt();
                if (length < 0 || length > buffer.length) {
                    drops.count(DropCause.OVERSIZED, this);
                    return;
                }
                cut = true;
                in.readFully(buffer, 0, length);
                cut = false;
                Gate.Outcome outcome = gate.arrived(buffer, 0, length, this, (content, at, size) -> {
                    if (Stack.readable(content, at, size)) {
                        SealedTcp.super.receive(address, content, at, size);
                    } else {
                        drops.count(DropCause.MALFORMED, this);
                    }
                });
                if (outcome == Gate.Outcome.DROPPED) {
                    return; // nothing good comes after a frame that is not ours
                }
                if (!trusted && outcome == Gate.Outcome.ACCEPTED) {
                    trusted = true;
                    socket.setSoTimeout(IDLE_MILLIS);
                }
                if (!trusted && System.nanoTime() - deadlineNanos > 0) {
                    drops.count(DropCause.CONNECTION_REFUSED, this);
                    return;
                }
            }
        }

        @Override
        public void reply(byte[] answer, int length) {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES + length)
                    .putInt(length)
                    .put(answer, 0, length)
                    .array();
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
            } catch (IOException e) {
                drops.count(DropCause.SEND_FAILED, this);
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // nothing is lost with it
            }
        }

        @Override
        public int host() {
            return address.getIpAddress().hashCode();
        }

        @Override
        public String toString() {
            return "from " + address;
        }
    }
}
