package org.conntwin.it.lab;

/** Bridges in namespaces of their own, and the veth pairs that lead to them. */
final class Bridges {
    private static final String BRIDGE = "br0";

    private Bridges() {}

    static Namespace namespace(Lab lab, String shortName) {
        Namespace namespace = lab.namespace(shortName);
        namespace.ip("link add " + BRIDGE + " type bridge mcast_snooping 0");
        namespace.ip("link set " + BRIDGE + " up");
        return namespace;
    }

    /** A veth pair: `device` up in `inside`, its peer a port of the bridge. */
    static void attach(Namespace inside, String device, Namespace bridge, String port) {
        Command.of(
                        "ip",
                        "link",
                        "add",
                        device,
                        "netns",
                        inside.name(),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        port,
                        "netns",
                        bridge.name())
                .runOrThrow();
        bridge.ip("link set " + port + " master " + BRIDGE + " up");
        inside.ip("link set " + device + " up");
    }
}
