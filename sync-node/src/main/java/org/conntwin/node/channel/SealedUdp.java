package org.conntwin.node.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.UDP;

/** The UDP transport behind a {@link Gate}: what leaves is wrapped, what arrives is unwrapped or dropped. */
final class SealedUdp extends UDP {
    private final Gate gate;
    private final Drops drops;
    private final NetworkInterface network;
    private final byte[] frame = new byte[Gate.MAX_FRAME_BYTES];

    /** Multicasts leave and arrive by {@code network}, also when it does not list the bind address (127.0.0.2). */
    SealedUdp(Gate gate, Drops drops, NetworkInterface network) {
        this.gate = gate;
        this.drops = drops;
        this.network = network;
        this.receive_interfaces = List.of(network);
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

    /** The bundler's way out; also for messages that were not bundled. */
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
