package org.conntwin.node.config;

import java.net.InetAddress;

/**
 * An address prefix, IPv4 or IPv6.
 *
 * @param network the network's address, host bits zero
 * @param prefixLength 0 to 32 or 128
 */
public record Cidr(InetAddress network, int prefixLength) {
    /**
     * Whether the prefix covers an address.
     *
     * @param address 4 or 16 bytes in network order; the other family is never covered
     * @return true when it does
     */
    public boolean contains(byte[] address) {
        byte[] own = network.getAddress();
        if (own.length != address.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (own[i] != address[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((own[whole] ^ address[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    /**
     * As written in a configuration.
     *
     * @return {@code 10.0.0.0/8}
     */
    @Override
    public String toString() {
        return Addresses.text(network) + "/" + prefixLength;
    }
}
