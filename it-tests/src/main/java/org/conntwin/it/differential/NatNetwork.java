package org.conntwin.it.differential;

import static org.conntwin.it.wire.TcpSegment.ACK;

import java.util.Arrays;
import java.util.Objects;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.NatRule.Kind;
import org.jspecify.annotations.Nullable;

/** Who is where around a router that translates, and its rules, in nft's words and in the tracker's. */
final class NatNetwork {
    static final String CLIENT = "10.64.0.2";
    static final String OTHER = "10.64.0.3";
    static final String SERVER = "10.128.0.2";
    static final String SECOND = "10.128.0.3";
    static final String ROUTER = "10.192.0.9";
    /** What sources become. */
    static final String GATE = "10.160.0.1";
    /** What clients know a server by. */
    static final String FRONT = "10.160.0.80";

    static final String CLIENT6 = "fd64::2";
    static final String SERVER6 = "fd80::2";
    static final String ROUTER6 = "fdc0::9";
    static final String GATE6 = "fda0::1";

    private NatNetwork() {}

    /** A script whose clients become the gate. */
    static NatScript throughGate(String name) {
        return new NatScript(
                name, "", "ip saddr 10.64.0.0/16 snat ip to 10.160.0.1", source("10.64.0.0/16", GATE, 0, 0));
    }

    /** The same with ports of a range, for protocols as nft names them. */
    static NatScript throughPorts(String name, String protocols, int first, int last) {
        return new NatScript(
                name,
                "",
                "ip saddr 10.64.0.0/16 meta l4proto %s snat ip to 10.160.0.1:%d-%d".formatted(protocols, first, last),
                source("10.64.0.0/16", GATE, first, last));
    }

    /** The same with IPv6. */
    static NatScript throughGate6(String name) {
        return new NatScript(name, "", "ip6 saddr fd64::/16 snat ip6 to fda0::1", source("fd64::/16", GATE6, 0, 0));
    }

    static NatRule source(String prefix, String to, int first, int last) {
        return new NatRule(Kind.SOURCE, prefix(prefix), null, -1, 0, null, address(to), 0, first, last);
    }

    static NatRule destination(String address, int protocol, int port, String to, int toPort) {
        return new NatRule(Kind.DESTINATION, null, prefix(address), protocol, port, null, address(to), toPort, 0, 0);
    }

    static Addresses.Parsed address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    static NatRule.@Nullable Prefix prefix(String text) {
        int slash = text.indexOf('/');
        Addresses.Parsed address = address(slash < 0 ? text : text.substring(0, slash));
        int bits = slash < 0 ? 32 : Integer.parseInt(text.substring(slash + 1));
        return new NatRule.Prefix(address.family(), address.high(), address.low(), bits);
    }

    /** A segment of an open connection, to be quoted. */
    static byte[] seen(String from, int port, String to, int toPort) {
        return NatScript.segment(from, port, to, toPort, ACK, 1_001, 5_001, "GET / HTTP/1.0\r\n\r\n", new byte[0]);
    }

    /** At most that many bytes of it. */
    static byte[] head(byte[] packet, int length) {
        return Arrays.copyOf(packet, Math.min(packet.length, length));
    }
}
