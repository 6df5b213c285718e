package org.conntwin.tracker.testing;

/** Where test packets begin: {@code Packets.udp("10.0.0.1", 1000, "10.0.0.2", 53).payload(12).bytes()}. */
public final class Packets {
    private Packets() {}

    /** A TCP segment without flags. */
    public static TcpPacket tcp(String source, int sourcePort, String destination, int destinationPort) {
        return new TcpPacket(source, sourcePort, destination, destinationPort);
    }

    /** A UDP datagram. */
    public static UdpPacket udp(String source, int sourcePort, String destination, int destinationPort) {
        return new UdpPacket(17, source, sourcePort, destination, destinationPort);
    }

    /** A UDP-Lite datagram, covered as a whole. */
    public static UdpPacket udpLite(String source, int sourcePort, String destination, int destinationPort) {
        return new UdpPacket(136, source, sourcePort, destination, destinationPort);
    }

    /** An ICMP message; ICMPv6 between IPv6 addresses. */
    public static IcmpPacket icmp(String source, String destination, int type, int code) {
        return new IcmpPacket(source, destination, type, code);
    }

    /** An SCTP packet without chunks. */
    public static SctpPacket sctp(String source, int sourcePort, String destination, int destinationPort) {
        return new SctpPacket(source, sourcePort, destination, destinationPort);
    }

    /** A packet of GRE version 0 that carries IPv4. */
    public static AnyPacket gre(String source, String destination) {
        return any(47, source, destination).payload(TestPacket.bytes(0, 0, 8, 0, 0, 0, 0, 0));
    }

    /** A packet of GRE version 1 that carries PPP (RFC 2637). */
    public static AnyPacket pptpGre(String source, String destination, int callId) {
        return any(47, source, destination)
                .payload(TestPacket.bytes(0x20, 0x01, 0x88, 0x0b, 0, 0, callId >>> 8, callId & 0xff));
    }

    /** A packet of any protocol whose transport is its payload. */
    public static AnyPacket any(int protocol, String source, String destination) {
        return new AnyPacket(protocol, source, destination);
    }
}
