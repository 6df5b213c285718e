package org.conntwin.node.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.proto.RoleName;

/** Gauges for each peer; peers come and go. */
final class PeerMeters {
    private static final double MILLIS = 1_000;

    private final Map<MultiGauge, ToDoubleFunction<PeerStatus>> gauges = new LinkedHashMap<>();
    private final MeterRegistry registry;
    private final Supplier<List<PeerStatus>> peers;

    PeerMeters(MeterRegistry registry, Supplier<List<PeerStatus>> peers) {
        this.registry = registry;
        this.peers = peers;
        gauge("up", "1 while the peer is in the cluster", peer -> peer.up() ? 1 : 0);
        gauge("active", "1 while the peer claims to be active", peer -> peer.role() == RoleName.ACTIVE ? 1 : 0);
        gauge("parity", "1 when both twins were found complete", peer -> peer.parity() ? 1 : 0);
        gauge("parity.age.seconds", "Since the peer's twin here was found complete", PeerStatus::parityAgeSeconds);
        gauge("lag.seconds", "Age of the oldest change that one of both lacks", peer -> peer.lagMillis() / MILLIS);
        gauge("lag.entries", "Changes that one of both lacks", PeerStatus::lagEntries);
        gauge("entries", "Entries of the peer that this node holds", PeerStatus::entries);
    }

    private void gauge(String name, String help, ToDoubleFunction<PeerStatus> value) {
        gauges.put(MultiGauge.builder("conntwin.peer." + name).description(help).register(registry), value);
    }

    /** Looks at the peers that there are now. */
    void refresh() {
        List<PeerStatus> now = peers.get();
        gauges.forEach((gauge, value) -> {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (PeerStatus peer : now) {
                rows.add(MultiGauge.Row.of(Tags.of("peer", peer.name()), () -> value.applyAsDouble(peer)));
            }
            gauge.register(rows, true);
        });
    }
}
