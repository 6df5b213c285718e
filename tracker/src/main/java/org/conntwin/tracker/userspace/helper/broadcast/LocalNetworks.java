package org.conntwin.tracker.userspace.helper.broadcast;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The networks of this machine's interfaces, read anew after a while. Not thread-safe. */
public final class LocalNetworks implements Networks {
    private static final System.Logger LOG = System.getLogger(LocalNetworks.class.getName());
    private static final long FRESH_NANOS = 10_000_000_000L;
    private static final int BITS = 32;

    /** Masks by broadcast address. */
    private Map<Long, Long> masks = Map.of();

    private boolean read;
    private long readAt;

    /** Reads them when first asked. */
    public LocalNetworks() {}

    @Override
    public long mask(long broadcast, long now) {
        if (!read || now - readAt > FRESH_NANOS) {
            read = true;
            readAt = now;
            masks = read();
        }
        return masks.getOrDefault(broadcast, 0L);
    }

    private static Map<Long, Long> read() {
        Map<Long, Long> masks = new HashMap<>();
        try {
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                add(device.getInterfaceAddresses(), masks);
            }
        } catch (SocketException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "cannot read this host''s networks: {0}", unreadable.getMessage());
        }
        return masks;
    }

    private static void add(List<InterfaceAddress> addresses, Map<Long, Long> masks) {
        for (InterfaceAddress address : addresses) {
            InetAddress broadcast = address.getBroadcast();
            int prefix = address.getNetworkPrefixLength();
            if (broadcast != null && prefix > 0 && prefix <= BITS) {
                long number = ByteBuffer.wrap(broadcast.getAddress()).getInt() & 0xffff_ffffL;
                masks.put(number, 0xffff_ffffL << (BITS - prefix) & 0xffff_ffffL);
            }
        }
    }
}
