package org.conntwin.tracker.testing;

import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracking;

/** Sends packets through a table, as a firewall without rules does; a TCP connection to begin with. */
public final class Gateway {
    public static final String CLIENT = "10.0.1.2";
    public static final String SERVER = "10.0.2.2";
    public static final int CLIENT_START = 1000;
    public static final int SERVER_START = 5000;
    public static final int WINDOW = 10_000;

    private final UserspaceTable table;
    private final PacketReader reader = new PacketReader(true);
    private final Packet read = new Packet();
    private final Tracking tracking = new Tracking();

    /** In front of the table. */
    public Gateway(UserspaceTable table) {
        this.table = table;
    }

    /** What a ruleset would have been told of the packet. */
    public PacketState pass(TestPacket<?> packet) {
        byte[] bytes = packet.bytes();
        if (reader.read(bytes, 0, bytes.length, bytes.length, read) != PacketShape.WHOLE) {
            return PacketState.INVALID;
        }
        table.pass(read, 0, tracking);
        return tracking.state;
    }

    /** The same, but the packet waits for {@link #leave}. */
    public PacketState arrive(TestPacket<?> packet) {
        byte[] bytes = packet.bytes();
        if (reader.read(bytes, 0, bytes.length, bytes.length, read) != PacketShape.WHOLE) {
            return PacketState.INVALID;
        }
        table.arrive(read, 0, tracking);
        return tracking.state;
    }

    /** The packet that arrived last leaves. */
    public void leave() {
        table.leave(tracking);
    }

    /** A segment of the client, counted from its first byte of data. */
    public static TcpPacket client(int port, int from, int acknowledged) {
        return Packets.tcp(CLIENT, port, SERVER, 80)
                .flags("A")
                .seq(CLIENT_START + 1 + from)
                .ack(SERVER_START + 1 + acknowledged)
                .window(WINDOW);
    }

    /** A segment of the server, counted in the same way. */
    public static TcpPacket server(int port, int from, int acknowledged) {
        return Packets.tcp(SERVER, 80, CLIENT, port)
                .flags("A")
                .seq(SERVER_START + 1 + from)
                .ack(CLIENT_START + 1 + acknowledged)
                .window(WINDOW);
    }

    /** A connection of the client from this port, up to its third segment. */
    public void connect(int port) {
        pass(Packets.tcp(CLIENT, port, SERVER, 80).flags("S").seq(CLIENT_START).window(WINDOW));
        pass(Packets.tcp(SERVER, 80, CLIENT, port)
                .flags("SA")
                .seq(SERVER_START)
                .ack(CLIENT_START + 1)
                .window(WINDOW));
        pass(client(port, 0, 0));
    }

    /** Acknowledgements of both sides, as many as a restored flow has to be trusted for. */
    public void settle(int port, int clientSent, int serverSent) {
        for (int i = 0; i < 10; i++) {
            pass(client(port, clientSent, serverSent));
            pass(server(port, serverSent, clientSent));
        }
    }
}
