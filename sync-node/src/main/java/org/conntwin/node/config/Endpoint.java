package org.conntwin.node.config;

import java.net.InetAddress;

/**
 * A literal address and a port.
 *
 * @param address IPv4 or IPv6
 * @param port 1 to 65535
 */
public record Endpoint(InetAddress address, int port) {
    /**
     * As written in a configuration.
     *
     * @return {@code 10.0.0.1:7600} or {@code [fd00::1]:7600}
     */
    @Override
    public String toString() {
        String host = Addresses.text(address);
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
