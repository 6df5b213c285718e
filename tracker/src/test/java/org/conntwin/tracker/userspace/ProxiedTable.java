package org.conntwin.tracker.userspace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/** A table with a SYN proxy in front of servers' port 80; what it sends and lets through is kept. */
final class ProxiedTable implements AutoCloseable {
    static final String CLIENT = "10.1.0.1";
    static final String SERVER = "10.2.0.1";
    static final SynProxyRule RULE = rule(false, false);

    final UserspaceTable table;
    /** What the proxy sent and was not taken yet. */
    private final List<Sent> sent = new ArrayList<>();

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    final Tracking tracking = new Tracking();

    ProxiedTable(TableClock clock, CookieSecret secret, SynProxyRule... rules) {
        this(TrackerSettings.LINUX, clock, secret, rules);
    }

    ProxiedTable(TrackerSettings settings, TableClock clock, CookieSecret secret, SynProxyRule... rules) {
        table = UserspaceTable.open(settings, clock, 1000);
        table.protect(new SynProxySettings(List.of(rules), secret), (bytes, start, length) -> {
            sent.add(Sent.of(Arrays.copyOfRange(bytes, start, start + length)));
            return true;
        });
    }

    /** The rule of the kernel's selftest. */
    static SynProxyRule rule(boolean ecn, boolean learn) {
        return new SynProxyRule(Family.IPV4, 0, 0x0a020000, 16, 80, 1460, 7, true, true, ecn, learn);
    }

    /** The same for servers in fd02::/16. */
    static SynProxyRule ruleOfIpv6() {
        return new SynProxyRule(Family.IPV6, 0xfd02L << 48, 0, 16, 80, 1440, 7, true, true, false, false);
    }

    static TcpPacket client(int port, String flags, long sequence, long acknowledgment) {
        return Packets.tcp(CLIENT, port, SERVER, 80)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(500);
    }

    static TcpPacket server(int port, String flags, long sequence, long acknowledgment) {
        return Packets.tcp(SERVER, 80, CLIENT, port)
                .flags(flags)
                .seq(sequence)
                .ack(acknowledgment)
                .window(28_960);
    }

    /** A SYN with the options of the kernel's selftest. */
    static TcpPacket syn(int port) {
        return client(port, "S", 1000, 0)
                .window(29_200)
                .mss(1460)
                .sackPermitted()
                .timestamp(111, 0)
                .windowScale(8);
    }

    /** The ACK that brings its cookie back. */
    static TcpPacket ack(int port, Sent answer) {
        return client(port, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp());
    }

    /** The server's answer to what the proxy then asks. */
    static TcpPacket synAck(int port) {
        return server(port, "SA", 70_000, 1001)
                .mss(1400)
                .sackPermitted()
                .timestamp(900_000, 115)
                .windowScale(9);
    }

    /** The proxy's answer to a SYN, which must not get through. */
    Sent asked(TcpPacket syn) {
        if (pass(syn) != null) {
            throw new AssertionError("the SYN got through");
        }
        return only();
    }

    /** A connection up to the server's answer; the proxy's answer to its SYN. */
    Sent connected(int port) {
        Sent answer = asked(syn(port));
        pass(ack(port, answer));
        pass(synAck(port));
        sent();
        return answer;
    }

    /** The packet comes in and leaves at once; as what it left, null when it was dropped or taken. */
    @Nullable
    Sent pass(TestPacket<?> made) {
        byte[] bytes = made.bytes();
        if (reader.read(bytes, 0, bytes.length, bytes.length, packet) != PacketShape.WHOLE) {
            throw new IllegalArgumentException("no whole packet");
        }
        table.pass(packet, 0, tracking);
        return tracking.dropped ? null : Sent.of(Arrays.copyOfRange(bytes, packet.start, packet.length));
    }

    /** The same for a packet that has to get through. */
    Sent through(TestPacket<?> made) {
        return Objects.requireNonNull(pass(made), "the packet did not get through");
    }

    /** What was sent since the last call. */
    List<Sent> sent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The one segment that was sent since the last call. */
    Sent only() {
        List<Sent> taken = sent();
        if (taken.size() != 1) {
            throw new AssertionError("not one segment: " + taken);
        }
        return taken.getFirst();
    }

    @Nullable
    Conntrack find(int port) {
        return table.find(Tuple.ipv4(Protocol.TCP, 0x0a010001, 0x0a020001, port, 80), Zone.DEFAULT);
    }

    Conntrack entry(int port) {
        return Objects.requireNonNull(find(port), "no entry");
    }

    Outcome insert(Conntrack entry) {
        return table.apply(List.of(new TableChange.Insert(entry)), Echo.SILENT).getFirst();
    }

    long counted(String name) {
        Map<String, Long> counters = table.trackerCounters();
        return Objects.requireNonNull(counters.get(name), name);
    }

    @Override
    public void close() {
        if (table.broken() != null) {
            throw new AssertionError(table.broken());
        }
        table.close();
    }
}
