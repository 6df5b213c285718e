package org.conntwin.tracker.userspace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketSender;
import org.conntwin.tracker.userspace.synproxy.SynProxy;
import org.conntwin.tracker.userspace.synproxy.SynProxyCounters;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.synproxy.TimestampShift;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/** The way of a packet through the tracker and what stands around it. Guarded by the table's lock. */
final class PacketPath {
    private final Tracker tracker;
    private final Translation translation;
    private final WindowTeller windows;
    private final boolean checksum;
    private @Nullable SynProxy proxy;
    private Supplier<Map<String, Long>> feeder = Map::of;

    PacketPath(TrackerSettings settings, Tracker tracker, Translation translation, WindowTeller windows) {
        this.tracker = tracker;
        this.translation = translation;
        this.windows = windows;
        this.checksum = settings.checksum();
    }

    /** Puts a SYN proxy in front of the tracker. */
    void protect(SynProxySettings settings, PacketSender sender) {
        proxy = new SynProxy(settings, checksum, tracker, this::own, sender);
    }

    /** Sets what counts for who feeds the table. */
    void feeder(Supplier<Map<String, Long>> counted) {
        feeder = counted;
    }

    void wallClock(long ahead) {
        tracker.wallClock(ahead);
        if (proxy != null) {
            proxy.wallClock(ahead);
        }
    }

    void arrive(Packet packet, int zone, long now, Tracking out) {
        if (proxy == null) {
            tracker.arrive(packet, zone, now, out);
        } else {
            proxy.arrive(packet, zone, now, out);
        }
    }

    /** All of it at once, for a packet that nobody filters or routes. */
    void pass(Packet packet, int zone, long now, Tracking out) {
        arrive(packet, zone, now, out);
        translation.pass(out, now);
        if (!out.dropped) {
            leave(out, now);
        }
    }

    void leave(Tracking tracking, long now) {
        Flow flow = tracking.flow;
        Packet packet = tracking.packet;
        go(tracking, now);
        if (flow != null && flow.extras != null && packet != null && !tracking.dropped) {
            TimestampShift.apply(flow, packet, tracking.direction);
        }
    }

    /** The SYN proxy's own packets are not moved: their numbers are those of the side that they go to. */
    private void own(Tracking tracking, long now) {
        translation.pass(tracking, now);
        if (!tracking.dropped) {
            go(tracking, now);
        }
    }

    private void go(Tracking tracking, long now) {
        Flow flow = tracking.flow;
        int changed = flow == null ? 0 : flow.events;
        tracker.leave(tracking, now);
        if (flow != null && !tracking.dropped) {
            windows.left(flow, changed, now);
        }
    }

    /** What was counted on the way, and how many events were lost, by name. */
    Map<String, Long> count(long eventsLost) {
        Map<String, Long> named = new LinkedHashMap<>();
        tracker.counters().addTo(named);
        tracker.overload().counters().addTo(named);
        if (proxy != null) {
            SynProxyCounters counted = proxy.counters();
            named.put("synReceived", counted.synReceived);
            named.put("cookieInvalid", counted.cookieInvalid);
            named.put("cookieValid", counted.cookieValid);
            named.put("cookieRetrans", counted.cookieRetrans);
            named.put("connReopened", counted.connReopened);
            named.put("synProxyUnsent", counted.unsent);
        }
        named.putAll(feeder.get());
        named.put("windowsTold", windows.told());
        named.put("windowsSkipped", windows.skipped());
        named.put("eventsLost", eventsLost);
        return named;
    }
}
