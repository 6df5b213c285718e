package org.conntwin.it.differential;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.tun.TunDevice;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.userspace.track.PacketState;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of the namespace that this process runs in, as a router between two TUN devices. Its rules drop nothing;
 * behind connection tracking's judgement, and before the packet leaves, they write what {@code ct state} and
 * {@code ct direction} say into the DSCP field. The kernel handles a packet within the write to the device, so what
 * comes out and what events there are belong to the packet just written. One thread at a time.
 */
final class KernelRouter implements AutoCloseable {
    private static final PacketState[] BY_DSCP = {
        PacketState.UNTRACKED,
        PacketState.NEW,
        PacketState.ESTABLISHED,
        PacketState.RELATED,
        PacketState.INVALID,
        PacketState.UNTRACKED
    };
    private static final int ORIGINAL = 8;
    private static final int REPLY = 16;

    private final TunDevice clientSide;
    private final TunDevice serverSide;
    private final KernelEvents events;
    private final KernelTable table;
    private final List<Event> unasked = new ArrayList<>();
    private byte[] out = {};

    /** Turns the namespace into the router. @throws LabException when the machine lacks something */
    KernelRouter() {
        for (String setting : List.of(
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0",
                "net.ipv4.conf.all.send_redirects=0",
                "net.ipv4.conf.default.send_redirects=0",
                // Room for what many traces leave unfinished.
                "net.ipv4.ipfrag_high_thresh=67108864")) {
            set(setting);
        }
        if (hasIpv6()) {
            for (String setting : List.of(
                    "net.ipv6.conf.default.accept_ra=0",
                    "net.ipv6.conf.default.router_solicitations=0",
                    "net.ipv6.conf.default.addr_gen_mode=1",
                    "net.ipv6.conf.all.forwarding=1",
                    "net.netfilter.nf_conntrack_frag6_high_thresh=67108864")) {
                set(setting);
            }
        }
        clientSide = new TunDevice("client0");
        serverSide = new TunDevice("server0");
        ip("link set client0 mtu 65535 up");
        ip("link set server0 mtu 65535 up");
        ip("route add 10.64.0.0/10 dev client0");
        ip("route add 10.128.0.0/9 dev server0");
        if (hasIpv6()) {
            ip("-6 route add fd64::/16 dev client0");
            ip("-6 route add fd80::/9 dev server0");
        }
        Command.of("nft", "-f", "-").withInput(rules()).runOrThrow();
        events = new KernelEvents();
        table = new KernelTable();
    }

    /** Whether this kernel speaks IPv6. */
    static boolean hasIpv6() {
        return Files.isDirectory(Path.of("/proc/sys/net/ipv6/conf"));
    }

    private static void set(String setting) {
        Command.of("sysctl", "-qw", setting).runOrThrow();
    }

    private static void ip(String arguments) {
        List<String> words = new ArrayList<>(List.of("ip"));
        words.addAll(List.of(arguments.split(" ", -1)));
        Command.of(words).runOrThrow();
    }

    private static String rules() {
        StringBuilder rules = new StringBuilder();
        for (String family : hasIpv6() ? List.of("ip", "ip6") : List.of("ip")) {
            rules.append("table ").append(family).append(" answers {\n chain leaving {\n");
            rules.append("  type filter hook postrouting priority 150;\n");
            for (int i = 1; i < BY_DSCP.length; i++) {
                String state = "  ct state " + BY_DSCP[i].name().toLowerCase(Locale.ROOT);
                String set = " " + family + " dscp set ";
                if (i <= 3) {
                    rules.append(state)
                            .append(" ct direction original")
                            .append(set)
                            .append(i + ORIGINAL)
                            .append('\n');
                    rules.append(state)
                            .append(" ct direction reply")
                            .append(set)
                            .append(i + REPLY)
                            .append('\n');
                } else {
                    rules.append(state).append(set).append(i).append('\n');
                }
            }
            rules.append(" }\n}\n").append(HelperRules.nft(family));
        }
        return rules.toString();
    }

    /** Lets a packet arrive from the side where its source is, and tells what became of it. */
    Answer send(byte[] packet) {
        unasked.addAll(events.drain());
        if (!(fromClient(packet) ? clientSide : serverSide).arrive(packet)) {
            throw new LabException("the kernel would not take a packet of " + packet.length + " bytes");
        }
        int mark = -1;
        out = new byte[0];
        for (TunDevice side : List.of(clientSide, serverSide)) {
            for (byte[] seen = side.next(); seen != null; seen = side.next()) {
                if (identification(seen) == identification(packet)) {
                    mark = dscp(seen);
                    out = seen;
                }
            }
        }
        List<Event> caused = events.drain();
        if (mark < 0) {
            return new Answer(false, PacketState.UNTRACKED, -1, caused);
        }
        int direction = (mark & REPLY) != 0 ? 1 : (mark & ORIGINAL) != 0 ? 0 : -1;
        return new Answer(true, BY_DSCP[mark & 7], direction, caused);
    }

    /** The packet that {@link #send} sent last, as it came out; empty when it did not. */
    byte[] out() {
        return out.clone();
    }

    /** Gives the router further rules, in nft's words. */
    void rules(String words) {
        Command.of("nft", "-f", "-").withInput(words).runOrThrow();
    }

    /** Gives a device another address of the router. */
    void address(String address, String device) {
        ip("addr replace " + address + " dev " + device);
    }

    /** All expectations. */
    void expectations(Consumer<? super Expectation> visitor) {
        table.dumpExpectations(visitor);
    }

    /** Events since the last call that no packet caused: lives that ended. */
    List<Event> unasked() {
        unasked.addAll(events.drain());
        List<Event> taken = List.copyOf(unasked);
        unasked.clear();
        return taken;
    }

    /** Clients are in 10.64.0.0/10 and fd64::/16. */
    private static boolean fromClient(byte[] packet) {
        return packet[0] >>> 4 == 4 ? (packet[13] & 0xc0) == 0x40 : packet[9] == 0x64;
    }

    private static int identification(byte[] packet) {
        return packet[0] >>> 4 == 4
                ? (packet[4] & 0xff) << 8 | (packet[5] & 0xff)
                : 1 << 20 | (packet[1] & 0xf) << 16 | (packet[2] & 0xff) << 8 | (packet[3] & 0xff);
    }

    private static int dscp(byte[] packet) {
        return packet[0] >>> 4 == 4 ? (packet[1] & 0xff) >>> 2 : (packet[0] & 0xf) << 2 | (packet[1] & 0xff) >>> 6;
    }

    /** The entry with this original tuple; null for none. */
    @Nullable
    Conntrack find(Tuple original) {
        return table.find(original, Zone.DEFAULT);
    }

    /** All entries that live. */
    void table(Consumer<? super Conntrack> visitor) {
        table.dump(visitor);
    }

    /** Removes entries. */
    void forget(List<Conntrack> entries) {
        table.apply(entries.stream().map(TableChange.Delete::new).toList(), ConntrackTable.Echo.SILENT);
    }

    /** Empties the table and forgets the events of it. */
    void flush() {
        table.flush(FlushFilter.ALL);
        events.drain();
        unasked.clear();
    }

    @Override
    public void close() {
        table.close();
        events.close();
        serverSide.close();
        clientSide.close();
    }
}
