package org.conntwin.tracker.userspace.helper.broadcast;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The networks of this machine's interfaces as they were read last: questions are answered from memory, as they come
 * under the tracker's lock, and reading takes long where there are many interfaces. One thread reads, others ask.
 */
public final class LocalNetworks implements Networks {
    private static final System.Logger LOG = System.getLogger(LocalNetworks.class.getName());
    private static final long FRESH_NANOS = 10_000_000_000L;
    private static final int BITS = 32;

    /** Masks by broadcast address. */
    private volatile Map<Long, Long> masks = Map.of();

    private volatile boolean wanted;
    private boolean read;
    private long readAt;

    /** @param wanted whether they are going to be asked for; without it they are read after the first question only */
    public LocalNetworks(boolean wanted) {
        this.wanted = wanted;
    }

    @Override
    public long mask(long broadcast, long now) {
        wanted = true;
        return masks.getOrDefault(broadcast, 0L);
    }

    /** Reads them when somebody wants them and ten seconds have passed since they were read; without the lock. */
    public void refresh(long now) {
        if (wanted && (!read || now - readAt > FRESH_NANOS)) {
            read = true;
            readAt = now;
            masks = read();
        }
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
