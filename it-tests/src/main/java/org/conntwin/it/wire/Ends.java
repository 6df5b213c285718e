package org.conntwin.it.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/**
 * Who talks in a trace: a client, a server, and somebody else who sends errors. Clients are in 10.64.0.0/10 or
 * fd64::/16, servers in 10.128.0.0/10 or fd80::/16, strangers in 10.192.0.0/10 or fdc0::/16.
 */
public final class Ends {
    private static final int CLIENTS = 10 << 24 | 64 << 16;
    private static final int SERVERS = 10 << 24 | 128 << 16;
    private static final int STRANGERS = 10 << 24 | 192 << 16;

    private final Family family;
    private final byte[] client;
    private final byte[] server;
    private final byte[] stranger;

    private Ends(Family family, byte[] client, byte[] server, byte[] stranger) {
        this.family = family;
        this.client = client;
        this.server = server;
        this.stranger = stranger;
    }

    /** The ends with this number, 0 to 2^22 - 1. */
    public static Ends of(Family family, int number) {
        return family == Family.IPV4
                ? new Ends(family, ipv4(CLIENTS + number), ipv4(SERVERS + number), ipv4(STRANGERS + number))
                : new Ends(family, ipv6(0x64, number), ipv6(0x80, number), ipv6(0xc0, number));
    }

    /** A client and a server with literal addresses of one family; there is no stranger. */
    public static Ends between(String client, String server) {
        byte[] first = literal(client);
        byte[] second = literal(server);
        return new Ends(first.length == 4 ? Family.IPV4 : Family.IPV6, first, second, second);
    }

    private static byte[] literal(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] ipv4(int address) {
        byte[] bytes = new byte[4];
        Bytes.put32(bytes, 0, address);
        return bytes;
    }

    private static byte[] ipv6(int net, int number) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xfd;
        bytes[1] = (byte) net;
        Bytes.put32(bytes, 12, number);
        return bytes;
    }

    /** The IP family of all of them. */
    public Family family() {
        return family;
    }

    /** The number of ICMP in this family. */
    public int icmp() {
        return family == Family.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    }

    /** The same with client and server swapped. */
    public Ends swapped() {
        return new Ends(family, server, client, stranger);
    }

    /** The same with a stranger in the place of the server. */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // the places are swapped on purpose
    public Ends withStranger() {
        return new Ends(family, client, stranger, server);
    }

    /** Source address of a packet from the client, or from the server. */
    byte[] source(boolean fromServer) {
        return fromServer ? server : client;
    }

    /** Its destination address. */
    byte[] destination(boolean fromServer) {
        return fromServer ? client : server;
    }

    /** An address as text. */
    public String text(boolean ofServer) {
        byte[] address = ofServer ? server : client;
        return Addresses.text(
                family, address.length == 4 ? 0 : word(address, 0), word(address, address.length == 4 ? -4 : 8));
    }

    /** The last 32 bits of an address. */
    public int number(boolean ofServer) {
        byte[] address = ofServer ? server : client;
        return (int) word(address, address.length - 8);
    }

    /** Eight bytes from an index on, those before the beginning 0. */
    private static long word(byte[] address, int from) {
        long word = 0;
        for (int i = from; i < from + 8; i++) {
            word = word << 8 | (i < 0 ? 0 : address[i] & 0xff);
        }
        return word;
    }
}
