package org.conntwin.it.lab;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Some firewalls on one sync network: a veth pair from each to a bridge in a namespace of its own, where a firewall can
 * be cut off without a trace of it in its own namespace.
 *
 * <pre>
 *  fw1 sync0 10.99.9.11 ─┐
 *  fw2 sync0 10.99.9.12 ─┤ bridge (namespace "sync")
 *  fw3 sync0 10.99.9.13 ─┘
 * </pre>
 */
public final class SyncNetwork {
    /** The network of the sync devices. */
    public static final String SUBNET = "10.99.9.0/24";

    private final Namespace bridge;
    private final List<Firewall> firewalls;

    private SyncNetwork(Namespace bridge, List<Firewall> firewalls) {
        this.bridge = bridge;
        this.firewalls = firewalls;
    }

    /** Builds it; it goes when the lab is closed. */
    public static SyncNetwork build(Lab lab, int firewalls) {
        Namespace bridge = Bridges.namespace(lab, "sync");
        List<Firewall> all = IntStream.rangeClosed(1, firewalls)
                .mapToObj(number -> firewall(lab, bridge, number))
                .toList();
        return new SyncNetwork(bridge, all);
    }

    private static Firewall firewall(Lab lab, Namespace bridge, int number) {
        Firewall firewall = new Firewall(number, lab.namespace("fw" + number), "10.99.9.1" + number);
        plug(firewall, bridge);
        return firewall;
    }

    private static void plug(Firewall firewall, Namespace bridge) {
        Bridges.attach(firewall.namespace(), Firewall.SYNC_DEVICE, bridge, port(firewall.number()));
        address(firewall);
    }

    private static void address(Firewall firewall) {
        firewall.namespace().ip("addr add " + firewall.syncAddress() + "/24 dev " + Firewall.SYNC_DEVICE);
        // Without this route, multicast sent by a tool that names no device has nowhere to go.
        firewall.namespace().ip("route add 224.0.0.0/4 dev " + Firewall.SYNC_DEVICE);
    }

    /** The firewall with this number, from 1. */
    public Firewall firewall(int number) {
        return firewalls.get(number - 1);
    }

    /** All of them, in order. */
    public List<Firewall> firewalls() {
        return firewalls;
    }

    /** Takes the firewall's end of the bridge down: it and its peers stop hearing one another. */
    public void cut(Firewall firewall) {
        bridge.ip("link set " + port(firewall.number()) + " down");
    }

    /** Undoes {@link #cut}. */
    public void heal(Firewall firewall) {
        bridge.ip("link set " + port(firewall.number()) + " up");
    }

    /** Loses what is sent to this firewall in packets above this size, as a tunnel does that is too narrow. */
    public void narrow(Firewall firewall, int bytes) {
        firewall.namespace().ruleset("""
                table inet narrow {
                  chain prerouting {
                    type filter hook prerouting priority -500;
                    iifname "%s" meta length > %d drop
                  }
                }
                """.formatted(Firewall.SYNC_DEVICE, bytes));
    }

    /** Loses so many of a hundred packets that are sent to this firewall, by chance, until {@link #receiveAll}. */
    public void lose(Firewall firewall, int percent) {
        firewall.namespace().ruleset("""
                table inet lossy {
                  chain prerouting {
                    type filter hook prerouting priority -500;
                    iifname "%s" numgen random mod 1000 <= %d drop
                  }
                }
                """.formatted(Firewall.SYNC_DEVICE, percent * 10 - 1));
    }

    /** Undoes {@link #lose} and {@link #narrow}. */
    public void receiveAll(Firewall firewall) {
        firewall.namespace().ruleset("");
    }

    /** Removes the firewall's sync device, as an engine does that disconnects a container from a network. */
    public void unplug(Firewall firewall) {
        firewall.namespace().ip("link del " + Firewall.SYNC_DEVICE);
    }

    /** Makes the device anew after {@link #unplug}, with another index and the same address. */
    public void plug(Firewall firewall) {
        plug(firewall, bridge);
    }

    /** Takes the sync address away and gives it back, the device stays: the kernel leaves all groups meanwhile. */
    public void renumber(Firewall firewall) {
        firewall.namespace().ip("addr flush dev " + Firewall.SYNC_DEVICE);
        address(firewall);
    }

    /** Bytes and packets that this firewall sent and received on its sync device since it was made. */
    public static DeviceCounters counters(Firewall firewall) {
        return DeviceCounters.read(firewall.namespace(), Firewall.SYNC_DEVICE);
    }

    private static String port(int number) {
        return "p-fw" + number;
    }
}
