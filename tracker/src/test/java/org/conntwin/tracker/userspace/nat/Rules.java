package org.conntwin.tracker.userspace.nat;

import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.NatRule.Kind;
import org.conntwin.tracker.userspace.track.TrackerSettings;

/** Rules as tests write them. */
final class Rules {
    private Rules() {}

    /** Sources of a prefix come from an address. */
    static NatRule source(String prefix, String to) {
        return new NatRule(Kind.SOURCE, prefix(prefix), null, -1, 0, null, address(to), 0, 0, 0);
    }

    /** The same from ports of a range. */
    static NatRule source(String prefix, String to, int first, int last) {
        return new NatRule(Kind.SOURCE, prefix(prefix), null, -1, 0, null, address(to), 0, first, last);
    }

    /** What goes to an address and port goes elsewhere. */
    static NatRule destination(String address, int protocol, int port, String to, int toPort) {
        return new NatRule(Kind.DESTINATION, null, prefix(address), protocol, port, null, address(to), toPort, 0, 0);
    }

    /** Sources of a prefix that leave by a device come from what the machine has there. */
    static NatRule masquerade(String prefix, String out) {
        return new NatRule(Kind.MASQUERADE, prefix(prefix), null, -1, 0, out, null, 0, 0, 0);
    }

    /** A scenario with these rules. */
    static Scenario scenario(NatRule... rules) {
        return new Scenario(TrackerSettings.LINUX.withNat(List.of(rules)));
    }

    static Addresses.Parsed address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    private static NatRule.Prefix prefix(String text) {
        int slash = text.indexOf('/');
        Addresses.Parsed address = address(slash < 0 ? text : text.substring(0, slash));
        int bits = address.high() == 0 && address.low() >>> 32 == 0 ? 32 : 128;
        return new NatRule.Prefix(
                address.family(),
                address.high(),
                address.low(),
                slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
    }
}
