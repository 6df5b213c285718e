package org.conntwin.node.userspace;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.conntwin.node.config.Cidr;
import org.conntwin.node.config.Userspace;
import org.conntwin.node.config.Userspace.Range;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.track.NatRule;
import org.jspecify.annotations.Nullable;

/** The configuration's translation rules as the tracker's. Pure functions. */
final class NatRules {
    private NatRules() {}

    static List<NatRule> of(List<Userspace.Nat> rules) {
        return rules.stream().map(NatRules::of).toList();
    }

    private static NatRule of(Userspace.Nat rule) {
        Range ports = rule.ports();
        InetAddress to = rule.to();
        return new NatRule(
                switch (rule.kind()) {
                    case SOURCE -> NatRule.Kind.SOURCE;
                    case DESTINATION -> NatRule.Kind.DESTINATION;
                    case MASQUERADE -> NatRule.Kind.MASQUERADE;
                },
                prefix(rule.source()),
                prefix(rule.destination()),
                rule.protocol(),
                rule.port(),
                rule.out(),
                to == null ? null : address(to),
                rule.toPort(),
                ports == null ? 0 : ports.first(),
                ports == null ? 0 : ports.last());
    }

    private static NatRule.@Nullable Prefix prefix(@Nullable Cidr cidr) {
        if (cidr == null) {
            return null;
        }
        Addresses.Parsed network = address(cidr.network());
        return new NatRule.Prefix(network.family(), network.high(), network.low(), cidr.prefixLength());
    }

    private static Addresses.Parsed address(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? new Addresses.Parsed(Family.IPV4, 0, Integer.toUnsignedLong(bytes.getInt()))
                : new Addresses.Parsed(Family.IPV6, bytes.getLong(), bytes.getLong());
    }
}
