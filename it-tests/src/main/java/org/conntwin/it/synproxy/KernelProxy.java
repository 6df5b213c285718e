package org.conntwin.it.synproxy;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.lab.Command;
import org.conntwin.it.tun.TunDevice;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** The kernel's, in the namespace that this process runs in, between two TUN devices. */
final class KernelProxy implements Proxy {
    /** Cookies are not tracked either: with an old entry's numbers they would be no cookies any more. */
    private static final String RULES = """
            table inet proxy {
              chain raw {
                type filter hook prerouting priority raw
                tcp dport { 80, 81, 82 } tcp flags & (fin|syn|rst|ack) == syn notrack
              }
              chain output {
                type filter hook output priority raw
                tcp sport { 80, 81, 82 } tcp flags & (syn|ack) == (syn|ack) notrack
              }
              chain forward {
                type filter hook forward priority filter
                ct state invalid,untracked tcp dport 80 synproxy mss 1460 wscale 7 timestamp sack-perm
                ct state invalid,untracked tcp dport 81 synproxy mss 1300 wscale 3
                ct state invalid,untracked tcp dport 82 synproxy mss 1440 wscale 14 timestamp
                ct state invalid drop
              }
            }
            """;

    private final TunDevice clientSide;
    private final TunDevice serverSide;
    private final KernelTable table;

    /** Turns the namespace into the router. */
    KernelProxy() {
        for (String setting : List.of(
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0",
                "net.netfilter.nf_conntrack_tcp_loose=0")) {
            Command.of("sysctl", "-qw", setting).runOrThrow();
        }
        clientSide = new TunDevice("client0");
        serverSide = new TunDevice("server0");
        for (String words : List.of(
                "link set lo up",
                "link set client0 mtu 9000 up",
                "link set server0 mtu 9000 up",
                "addr add 10.255.0.1/32 dev client0",
                "route add 10.64.0.0/10 dev client0",
                "route add 10.128.0.0/10 dev server0")) {
            Command.of(("ip " + words).split(" ", -1)).runOrThrow();
        }
        Command.of("nft", "-f", "-").withInput(RULES).runOrThrow();
        table = new KernelTable();
    }

    @Override
    public Out send(byte[] packet, boolean fromServer) {
        (fromServer ? serverSide : clientSide).arrive(packet);
        return new Out(drain(clientSide), drain(serverSide));
    }

    private static List<Seen> drain(TunDevice device) {
        List<Seen> seen = new ArrayList<>();
        for (byte[] packet = device.next(); packet != null; packet = device.next()) {
            Seen one = new Seen(packet);
            if (one.isTcp()) {
                seen.add(one);
            }
        }
        return seen;
    }

    @Override
    public @Nullable Conntrack find(Tuple original) {
        return table.find(original, Zone.DEFAULT);
    }

    @Override
    public void close() {
        table.close();
        serverSide.close();
        clientSide.close();
    }
}
