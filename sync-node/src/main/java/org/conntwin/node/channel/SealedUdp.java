package org.conntwin.node.channel;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.UDP;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The UDP transport behind a {@link Gate}: what leaves is wrapped, what arrives is unwrapped or dropped.
 *
 * <p>Its multicasts come back to its own machine only where a second node may hear them ({@link OwnEcho}).
 *
 * <p>Each second it looks whether the kernel still hears the group on the bind address's interface. When that interface
 * was removed and made anew, or its address went and came back, the sockets are opened again; what is to be sent until
 * then fails and is counted, and the reliable part of it is sent again.
 */
final class SealedUdp extends UDP {
    private static final Logger LOG = System.getLogger(SealedUdp.class.getName());
    private static final long LOOK_SECONDS = 1;

    private final Gate gate;
    private final Drops drops;
    private final byte[] frame = new byte[Gate.MAX_FRAME_BYTES];
    private final JoinedGroups joined;
    private final Object reopening = new Object();
    private final OwnEcho echo = new OwnEcho(System.nanoTime());
    private boolean echoes = true;
    private volatile NetworkInterface network;
    private @Nullable Future<?> look;

    /** Multicasts leave and arrive by {@code network}, also when it does not list the bind address (127.0.0.2). */
    SealedUdp(Gate gate, Drops drops, NetworkInterface network, InetAddress group) {
        this.message_processing_policy = null; // a name here, and there is one, would replace the policy that is set
        this.gate = gate;
        this.drops = drops;
        this.network = network;
        this.receive_interfaces = List.of(network);
        this.joined = JoinedGroups.of(group);
        setMulticastAddress(group);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // JGroups' fluent setters are declared this way
    protected <T extends UDP> T setNetworkInterface(InetAddress address, MulticastSocket socket) {
        try {
            socket.setNetworkInterface(network);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return (T) this;
    }

    @Override
    public void start() throws Exception {
        super.start();
        synchronized (reopening) {
            look = getTimer().scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void stop() {
        synchronized (reopening) {
            Future<?> looking = look;
            look = null;
            if (looking != null) {
                looking.cancel(false);
            }
            super.stop();
        }
    }

    private void look() {
        listenAgain();
        echo();
    }

    /** Lets this node's multicasts come back to this machine, or no longer. The loopback device has no other way. */
    private void echo() {
        synchronized (reopening) {
            MulticastSocket sending = sock;
            if (look == null || sending == null) {
                return;
            }
            try {
                boolean company = !echo.settled() && anotherNodeHere();
                boolean wanted = network.isLoopback() || echo.wanted(System.nanoTime(), company);
                if (wanted != echoes) {
                    sending.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, wanted);
                    echoes = wanted;
                }
            } catch (IOException notNow) {
                LOG.log(Level.DEBUG, "cannot set the loop of multicasts: {0}", notNow.getMessage());
            }
        }
    }

    private boolean anotherNodeHere() throws SocketException {
        View view = getProtocolStack().getChannel().getView();
        if (view == null) {
            return false;
        }
        for (Address member : view.getMembers()) {
            if (!member.equals(local_addr)
                    && getPhysicalAddressFromCache(member) instanceof IpAddress ip
                    && NetworkInterface.getByInetAddress(ip.getIpAddress()) != null) {
                return true;
            }
        }
        return false;
    }

    /** Opens the sockets again when the kernel no longer hears the group where the bind address is now. */
    private void listenAgain() {
        synchronized (reopening) {
            if (look == null || (mcast_sock != null && joined.heardOn(network.getIndex()))) {
                return;
            }
            try {
                NetworkInterface now = Stack.network(bind_addr);
                destroySockets();
                stopThreads();
                network = now;
                receive_interfaces = List.of(now);
                createSockets();
                echoes = true;
                ucast_receivers = createReceivers(unicast_receiver_threads, sock, UCAST_NAME);
                mcast_receivers = createReceivers(multicast_receiver_threads, mcast_sock, MCAST_NAME);
                startThreads();
                LOG.log(
                        Level.INFO,
                        "interface {0} of {1} was made anew; listening on it again",
                        now.getName(),
                        bind_addr.getHostAddress());
            } catch (Exception notYet) {
                // The address is not back, or not usable yet (IPv6 tests it first): the next look tries again. What
                // could not be sent meanwhile has been counted.
                LOG.log(Level.DEBUG, "cannot listen on {0} yet: {1}", bind_addr, notYet.getMessage());
            }
        }
    }

    /** Each message's way out, on the thread that sends it. */
    @Override
    public void doSend(byte[] content, int offset, int length, Address destination) {
        synchronized (frame) {
            try {
                if (length > frame.length - gate.overheadBytes()) {
                    drops.count(DropCause.OVERSIZED, "to " + destination);
                    return;
                }
                super.doSend(frame, 0, gate.wrap(content, offset, length, frame), destination);
            } catch (Exception e) {
                drops.count(DropCause.SEND_FAILED, "to " + (destination == null ? "all" : destination) + ", " + e);
            }
        }
    }

    @Override
    public void receive(Address sender, byte[] data, int offset, int length) {
        Source source = new Source(sender);
        gate.arrived(data, offset, length, source, (content, at, size) -> {
            if (Stack.readable(content, at, size)) {
                super.receive(sender, content, at, size);
            } else {
                drops.count(DropCause.MALFORMED, source);
            }
        });
    }

    private final class Source implements Gate.Peer {
        private final Address address;

        Source(Address address) {
            this.address = address;
        }

        @Override
        public void reply(byte[] answer, int length) {
            try {
                sendUnicast((PhysicalAddress) address, answer, 0, length);
            } catch (Exception e) {
                drops.count(DropCause.SEND_FAILED, this + ", " + e);
            }
        }

        @Override
        public int host() {
            return address instanceof IpAddress ip ? ip.getIpAddress().hashCode() : 0;
        }

        @Override
        public String toString() {
            return "from " + address;
        }
    }

    /** Leaving the group may fail, and then JGroups forgets to close the socket. */
    @Override
    protected void destroySockets() {
        super.destroySockets();
        MulticastSocket left = mcast_sock;
        if (left != null) {
            left.close();
            mcast_sock = null;
        }
    }
}
