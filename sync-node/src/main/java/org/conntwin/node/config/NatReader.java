package org.conntwin.node.config;

import java.net.InetAddress;
import org.conntwin.node.config.Userspace.Nat;
import org.conntwin.node.config.Userspace.NatKind;
import org.conntwin.tracker.model.Protocol;

/** Reads a rule of {@code userspace.nat}; one that no packet could ever match, or that could never be applied, is a mistake. */
final class NatReader {
    /** {@code ADDRESS} (port 0) or {@code ADDRESS:PORT}. */
    private static final Converter<Endpoint> TARGET = Converter.of("ADDRESS, ADDRESS:PORT or [V6]:PORT", node -> {
        InetAddress address = Addresses.parse(node.getValue());
        Endpoint endpoint = address != null ? new Endpoint(address, 0) : Addresses.parseEndpoint(node.getValue(), 0);
        if (endpoint == null) {
            throw Converters.expected("one ADDRESS, ADDRESS:PORT or [V6]:PORT", node);
        }
        return endpoint;
    });

    private NatReader() {}

    static Nat read(Section rule) {
        NatKind kind = rule.required("kind", Converters.word(NatKind.class), NatKind.SOURCE);
        Integer protocol = rule.value("protocol", Converters.PROTOCOL);
        Integer port = rule.value("port", Converters.integer(1, 65535));
        Endpoint to = rule.value("to", TARGET);
        Nat nat = new Nat(
                kind,
                rule.value("source", Converters.CIDR),
                rule.value("destination", Converters.CIDR),
                protocol == null ? -1 : protocol,
                port == null ? 0 : port,
                rule.value("out", Converters.INTERFACE_NAME),
                to == null ? null : to.address(),
                to == null ? 0 : to.port(),
                rule.value("ports", Converters.range(1, 65535)));
        if (kind != NatKind.MASQUERADE && !rule.has("to")) {
            rule.error(rule.at("to"), "missing key 'to' of a " + Converters.word(kind) + " rule; give the new address");
        } else if (kind == NatKind.MASQUERADE && rule.has("to")) {
            rule.error("to", "a masquerade rule takes the address that the route gives; leave 'to' out");
        }
        if (kind != NatKind.DESTINATION && nat.toPort() != 0) {
            rule.error("to", "only a destination rule may name a port here; use 'ports' for source ports");
        }
        if (kind == NatKind.DESTINATION && nat.ports() != null) {
            rule.error("ports", "source ports belong to source and masquerade rules; leave 'ports' out");
        }
        if (kind == NatKind.DESTINATION && nat.out() != null) {
            rule.error(
                    "out",
                    "a destination rule is looked at before the packet has its route, so it would never match; leave"
                            + " 'out' out");
        }
        if (port != null && !rule.has("protocol")) {
            rule.error("port", "needs 'protocol' beside it, e.g. tcp");
        }
        portless(rule, nat);
        families(rule, nat);
        return nat;
    }

    /** Ports are of protocols that have them. */
    private static void portless(Section rule, Nat nat) {
        if (nat.protocol() < 0 || Protocol.hasPorts(nat.protocol())) {
            return;
        }
        String none = Protocols.name(nat.protocol()) + " has no ports; ";
        if (nat.port() != 0) {
            rule.error("port", none + "leave 'port' out");
        } else if (nat.ports() != null) {
            rule.error("ports", none + "leave 'ports' out");
        } else if (nat.toPort() != 0) {
            rule.error("to", none + "give the address alone");
        }
    }

    /** All addresses of a rule, and its protocol, are of one family: a packet has one. */
    private static void families(Section rule, Nat nat) {
        Cidr source = nat.source();
        Cidr destination = nat.destination();
        if (source != null && destination != null && bytes(source.network()) != bytes(destination.network())) {
            rule.error(
                    "destination", destination + " is not of the family of source " + source + "; no packet has both");
            return;
        }
        Cidr match = source == null ? destination : source;
        InetAddress to = nat.to();
        if (match != null && to != null && bytes(match.network()) != bytes(to)) {
            rule.error(
                    "to",
                    Addresses.text(to) + " is not of the family of " + match
                            + "; an address is replaced by one of its own");
            return;
        }
        InetAddress any = match != null ? match.network() : to;
        boolean wrong = any != null
                && (nat.protocol() == Protocol.ICMP && bytes(any) != 4
                        || nat.protocol() == Protocol.ICMPV6 && bytes(any) == 4);
        if (wrong) {
            rule.error("protocol", Protocols.name(nat.protocol()) + " is not of the family of the rule's addresses");
        }
    }

    private static int bytes(InetAddress address) {
        return address.getAddress().length;
    }
}
