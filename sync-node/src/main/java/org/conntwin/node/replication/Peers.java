package org.conntwin.node.replication;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.jspecify.annotations.Nullable;

/** All peers ever met; as many as the external cache takes origins. Thread-safe. */
final class Peers {
    private static final System.Logger LOG = System.getLogger(Replication.class.getName());

    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final ExternalCache external;
    private final Clock clock;
    private final BiFunction<String, Twin, TwinReceiver> receivers;

    /**
     * Nobody yet.
     *
     * @param receivers makes the receiver for a peer of this name
     */
    Peers(ExternalCache external, BiFunction<String, Twin, TwinReceiver> receivers, Clock clock) {
        this.external = external;
        this.clock = clock;
        this.receivers = receivers;
    }

    /** The peer, met now if it was not before; null when there are too many. */
    @Nullable
    Peer met(String name) {
        Peer known = peers.get(name);
        if (known != null) {
            return known;
        }
        Twin twin = external.twin(name);
        if (twin == null) {
            return null;
        }
        return peers.computeIfAbsent(name, any -> new Peer(name, receivers.apply(name, twin), clock.nanos()));
    }

    /** The peer; null when it was never met. */
    @Nullable
    Peer known(String name) {
        return peers.get(name);
    }

    Collection<Peer> all() {
        return peers.values();
    }

    /** These are in sight now, and no others. */
    void inSight(Set<String> names) {
        for (String name : names) {
            Peer peer = met(name);
            if (peer != null) {
                peer.up = true;
            }
        }
        for (Peer peer : peers.values()) {
            if (peer.up && !names.contains(peer.name)) {
                peer.lost();
                LOG.log(System.Logger.Level.INFO, "peer {0} is out of sight", peer.name);
            }
        }
    }

    /** Waits, at most so long, until every peer in sight has said hello. */
    void awaitHellos(Clock clock, long millis) {
        long until = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (peers) {
            while (peers.values().stream().anyMatch(peer -> peer.up && !peer.greeted) && clock.nanos() < until) {
                try {
                    peers.wait(10);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** The highest number that any peer tells; 0 without peers. */
    long highest(ToLongFunction<Peer> number) {
        return peers.values().stream().mapToLong(number).reduce(0, Math::max);
    }

    /** The number that the peer tells; 0 when it was never met. */
    long of(String name, ToLongFunction<Peer> number) {
        Peer peer = peers.get(name);
        return peer == null ? 0 : number.applyAsLong(peer);
    }
}
