package org.conntwin.tracker.userspace.live;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.conntwin.tracker.host.Routes;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.nat.SourceAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The machine's addresses and devices as the kernel has them, each answer kept for a second: a flood of new flows does
 * not become one of questions, and what an administrator changes counts soon. Guarded by the table's lock.
 */
final class MachineAddresses implements SourceAddresses {
    private static final long KEPT_NANOS = 1_000_000_000L;
    private static final int KEPT = 1024;

    private record Question(int device, Family family, long high, long low) {}

    private final Routes routes;
    private final LongSupplier clock;
    private final Map<Question, Addresses.@Nullable Parsed> answers = new HashMap<>();
    private final Map<Integer, @Nullable String> devices = new HashMap<>();
    private long forgetAt;

    /** @param clock nanoseconds that never go back */
    MachineAddresses(Routes routes, LongSupplier clock) {
        this.routes = routes;
        this.clock = clock;
        forgetAt = clock.getAsLong() + KEPT_NANOS;
    }

    @Override
    public Addresses.@Nullable Parsed to(int outDevice, Family family, long high, long low) {
        forget();
        Question question = new Question(outDevice, family, high, low);
        if (!answers.containsKey(question)) {
            answers.put(question, routes.source(outDevice, family, high, low));
        }
        return answers.get(question);
    }

    @Override
    public @Nullable String device(int outDevice) {
        forget();
        if (outDevice > 0 && !devices.containsKey(outDevice)) {
            devices.put(outDevice, name(outDevice));
        }
        return devices.get(outDevice);
    }

    @Override
    public int way(Family family, long high, long low) {
        return routes.device(family, high, low);
    }

    @Override
    public boolean holds(Family family, long high, long low) {
        try {
            byte[] wanted = family == Family.IPV4
                    ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
                    : ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(high)
                            .putLong(low)
                            .array();
            return NetworkInterface.getByInetAddress(InetAddress.getByAddress(wanted)) != null;
        } catch (SocketException | UnknownHostException unreadable) {
            // Nothing says that it is gone.
            return true;
        }
    }

    private static @Nullable String name(int index) {
        try {
            NetworkInterface device = NetworkInterface.getByIndex(index);
            return device == null ? null : device.getName();
        } catch (SocketException gone) {
            return null;
        }
    }

    private void forget() {
        long now = clock.getAsLong();
        if (now - forgetAt >= 0 || answers.size() >= KEPT || devices.size() >= KEPT) {
            answers.clear();
            devices.clear();
            forgetAt = now + KEPT_NANOS;
        }
    }
}
