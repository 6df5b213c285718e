package org.conntwin.tracker.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An IP packet in the making: correct in every length and checksum unless told otherwise. Addresses are literal, both
 * of one family. {@link #bytes} may be called any number of times.
 *
 * @param <P> the packet's own type, which every call gives back
 */
public abstract class TestPacket<P extends TestPacket<P>> {
    private static final int FIRST_IPV6_WORD = 0x60000000;

    private byte[] source;
    private byte[] destination;
    private byte[] ipOptions = {};
    private byte[] extensions = {};
    private int firstExtension = -1;
    private int identification;
    private int ttl = 64;
    private int cut = Integer.MAX_VALUE;
    private boolean spoiled;

    int sourcePort;
    int destinationPort;
    byte[] payload = {};

    TestPacket(String source, int sourcePort, String destination, int destinationPort) {
        this.source = address(source);
        this.destination = address(destination);
        this.sourcePort = sourcePort;
        this.destinationPort = destinationPort;
    }

    abstract int protocol();

    /** The transport header and payload, their checksum 0. */
    abstract byte[] transport();

    /** Writes the checksum into the transport; {@code pseudo} is the sum of addresses, for those that want it. */
    abstract void seal(byte[] transport, int pseudo);

    @SuppressWarnings("unchecked") // P is this class by construction
    final P self() {
        return (P) this;
    }

    /** Swaps source and destination, ports too: the same packet as an answer. */
    public P reversed() {
        byte[] end = source;
        source = destination;
        destination = end;
        int port = sourcePort;
        sourcePort = destinationPort;
        destinationPort = port;
        return self();
    }

    /** A payload of so many bytes that count up from 0. */
    public P payload(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return payload(bytes);
    }

    /** A payload of ASCII text. */
    public P payload(String text) {
        return payload(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The bytes behind the transport header. */
    public P payload(byte[] bytes) {
        payload = bytes.clone();
        return self();
    }

    /** Makes the transport's checksum wrong. */
    public P spoiled() {
        spoiled = true;
        return self();
    }

    /** Options of the IPv4 header, at most 40 bytes; filled up to a multiple of four. */
    public P ipOptions(int... options) {
        ipOptions = Arrays.copyOf(bytes(options), (options.length + 3) / 4 * 4);
        return self();
    }

    /**
     * Puts extension headers before the transport of an IPv6 packet.
     *
     * @param first protocol number of the first
     * @param headers all of them, the last one's next header being this packet's protocol
     */
    public P extensions(int first, int... headers) {
        firstExtension = first;
        extensions = bytes(headers);
        return self();
    }

    /** IPv4 identification. */
    public P identification(int value) {
        identification = value;
        return self();
    }

    /** Time to live, or hop limit. */
    public P ttl(int value) {
        ttl = value;
        return self();
    }

    /** Cuts the packet as a whole to so many bytes; its headers go on telling the full length. */
    public P cutTo(int length) {
        cut = length;
        return self();
    }

    /** The IP packet. */
    public byte[] bytes() {
        byte[] transport = transport();
        seal(transport, pseudo(transport.length));
        if (spoiled) {
            spoil(transport);
        }
        byte[] whole = source.length == 4 ? ipv4(transport) : ipv6(transport);
        return whole.length > cut ? Arrays.copyOf(whole, cut) : whole;
    }

    /** Changes the checksum of a sealed transport. */
    abstract void spoil(byte[] transport);

    private byte[] ipv4(byte[] transport) {
        int header = 20 + ipOptions.length;
        ByteBuffer packet = ByteBuffer.allocate(header + transport.length);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) packet.capacity());
        packet.putShort((short) identification).putShort((short) 0);
        packet.put((byte) ttl).put((byte) protocol()).putShort((short) 0);
        packet.put(source).put(destination).put(ipOptions);
        packet.putShort(10, (short) checksum(packet.array(), header, 0));
        return packet.put(transport).array();
    }

    private byte[] ipv6(byte[] transport) {
        ByteBuffer packet = ByteBuffer.allocate(40 + extensions.length + transport.length);
        packet.putInt(FIRST_IPV6_WORD).putShort((short) (extensions.length + transport.length));
        packet.put((byte) (firstExtension < 0 ? protocol() : firstExtension)).put((byte) ttl);
        return packet.put(source)
                .put(destination)
                .put(extensions)
                .put(transport)
                .array();
    }

    private int pseudo(int transportLength) {
        return words(source, source.length) + words(destination, destination.length) + transportLength + protocol();
    }

    /** The Internet checksum of {@code length} bytes, starting from a sum (RFC 1071). */
    static int checksum(byte[] bytes, int length, int start) {
        int sum = start + words(bytes, length);
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    private static int words(byte[] bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException(notAnAddress);
        }
    }
}
