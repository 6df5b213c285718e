package org.conntwin.node.replication;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.channel.ChannelListener;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.channel.View;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.MessageCodec;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;
import org.jspecify.annotations.Nullable;

/** Both directions of replication over one channel, and what is known of the peers. Thread-safe. */
public final class Replication implements ChannelListener, AutoCloseable {
    private static final long TICK_NANOS = 20_000_000L;
    /** A receiver answers at once after so many pieces, and else with the next tick. */
    private static final int PIECES_PER_ANSWER = 16;

    private static final long VERIFY_MILLIS = 5_000;

    private final Identity identity;
    private final ClaimListener claims;
    private final Runnable applied;
    private final Clock clock;
    private final SyncChannel channel;
    private final SendWindow window = new SendWindow();
    private final RepairRequests requests = new RepairRequests();
    private final StreamSender sender;
    private final ReceiveCounters counters = new ReceiveCounters();
    private final Peers peers;
    private final PeerReports reports;
    private final Worker ticker;
    private volatile ElectionListener elections = ElectionListener.NONE;

    /**
     * Wires both directions; nothing moves before {@link #start}.
     *
     * @param open makes the channel for this listener
     * @param applied called after changes were applied to a twin
     */
    public Replication(
            Identity identity,
            InternalCache internal,
            ExternalCache external,
            Function<ChannelListener, SyncChannel> open,
            ClaimListener claims,
            Runnable applied,
            Turns turns) {
        this.identity = identity;
        this.claims = claims;
        this.applied = applied;
        this.clock = turns.clock();
        this.ticker = turns.worker("sync-ticker", this::tick);
        this.peers = new Peers(
                external,
                (name, twin) -> new TwinReceiver(twin, replies(name), counters, turns.clock()),
                turns.clock());
        this.reports = new PeerReports(peers, window, internal, clock);
        this.channel = open.apply(this);
        this.sender = new StreamSender(identity, internal, channel, window, requests, turns);
    }

    /** Joins the cluster and begins to send. */
    public void start() throws ChannelException {
        channel.connect();
        sender.start();
        ticker.start();
        viewChanged(channel.view());
    }

    /** Changes may be there to send. Cheap; from any thread. */
    public void wake() {
        sender.wake();
    }

    /**
     * The same, and the calling thread sends when no other does: the fewest threads between an event and the wire. For a
     * caller that holds no lock.
     */
    public void send() {
        sender.lend();
    }

    /** While held, changes gather in the cache. */
    public void hold(boolean hold) {
        sender.hold(hold);
    }

    /** Tells the peers this node's role and numbers. */
    public void announce() {
        multicast(hello(false));
        sender.heartbeatSoon();
    }

    /** Sends everything that is owned to the peers, bucket by bucket. */
    public void bulk() {
        requests.allBuckets();
        sender.wake();
    }

    /** Asks every peer for everything that it owns; how many were asked. */
    public int request() {
        int asked = 0;
        for (Peer peer : peers.all()) {
            if (peer.up) {
                peer.receiver.askForAll();
                asked++;
            }
        }
        return asked;
    }

    private SyncMessage.Hello hello(boolean answer) {
        Identity.Standing standing = identity.standing();
        return new SyncMessage.Hello(
                SyncMessage.VERSION,
                List.of("digests", "buckets"),
                standing.incarnation(),
                standing.claim(),
                standing.role(),
                identity.table(),
                answer);
    }

    private void multicast(SyncMessage message) {
        byte[] bytes = MessageCodec.encode(message);
        whileConnected(() -> channel.multicast(bytes, 0, bytes.length, Delivery.RELIABLE));
    }

    private void unicast(String name, SyncMessage message, Delivery delivery) {
        whileConnected(() -> {
            if (!channel.unicast(name, MessageCodec.encode(message), delivery)) {
                counters.peerLeft.increment();
            }
        });
    }

    /** A peer may hear of this node before its own joining has returned, and after its leaving. */
    private void whileConnected(Runnable sending) {
        try {
            sending.run();
        } catch (IllegalStateException notConnected) {
            counters.notConnected.increment();
        }
    }

    private TwinReceiver.Replies replies(String name) {
        return new TwinReceiver.Replies() {
            @Override
            public void send(SyncMessage message) {
                unicast(name, message, Delivery.RELIABLE);
            }

            @Override
            public void heartbeat(Heartbeat heartbeat) {
                Peer peer = peers.known(name);
                if (peer != null) {
                    peer.role = heartbeat.role();
                    peer.claim = heartbeat.claim();
                    claims.claimed(name, heartbeat.role(), heartbeat.claim());
                }
            }
        };
    }

    @Override
    public void received(String node, byte[] payload, int offset, int length) {
        Peer peer = peers.met(node);
        if (peer == null) {
            counters.tooManyOrigins.increment();
            return;
        }
        // A process that was killed may still be speaking while its successor of the same name begins.
        synchronized (peer) {
            message(peer, payload, offset, length);
        }
    }

    private void message(Peer peer, byte[] payload, int offset, int length) {
        peer.heard(clock.nanos());
        try {
            switch (MessageCodec.decode(payload, offset, length)) {
                case SyncMessage.Batch batch -> piece(peer, batch, payload);
                case SyncMessage.Hello hello -> hello(peer, hello);
                case SyncMessage.Progress progress -> progress(peer, progress);
                case SyncMessage.DigestRequest request -> {
                    requests.digests();
                    sender.wake();
                }
                case SyncMessage.BucketRequest request -> {
                    requests.buckets(request.kind(), request.buckets(), request.compareOnly());
                    sender.wake();
                }
                case SyncMessage.VoteRequest request -> elections.asked(peer.name, request);
                case SyncMessage.Vote vote -> elections.answered(peer.name, vote);
                case SyncMessage.Unknown unknown -> counters.unknownKind.increment();
            }
        } catch (MalformedWireException malformed) {
            counters.malformed.increment();
        }
    }

    private void piece(Peer peer, SyncMessage.Batch batch, byte[] payload) {
        peer.receiver.piece(batch, payload);
        peer.incarnation = Math.max(peer.incarnation, peer.receiver.incarnation());
        if (peer.receiver.unacknowledged() >= PIECES_PER_ANSWER) {
            answer(peer, peer.receiver.progress());
        }
        applied.run();
    }

    private void answer(Peer peer, SyncMessage.@Nullable Progress progress) {
        if (progress != null) {
            unicast(peer.name, progress, Delivery.BEST_EFFORT);
        }
    }

    private void hello(Peer peer, SyncMessage.Hello hello) {
        peer.greeted(hello);
        claims.claimed(peer.name, hello.role(), hello.claim());
        if (hello.answer()) {
            unicast(peer.name, hello(false), Delivery.RELIABLE);
            sender.heartbeatSoon();
        }
    }

    /** Waits, at most so long, until every peer in sight has said hello. */
    public void awaitHellos(long millis) {
        peers.awaitHellos(clock, millis);
    }

    private void progress(Peer peer, SyncMessage.Progress progress) {
        long own = identity.standing().incarnation();
        boolean later = progress.incarnation() == own && progress.sequence() > sender.sequence();
        if (progress.incarnation() > own || later) {
            // The peer remembers another, later life of this node: the wall clock went back between the two.
            identity.outlive(progress.incarnation());
            sender.heartbeatSoon();
        }
        if (progress.incarnation() == identity.standing().incarnation()) {
            peer.told(progress.parity(), clock.nanos());
            window.acknowledged(peer.name, progress.sequence(), clock.nanos());
            sender.proceed();
        }
    }

    private volatile boolean greeting;
    private int ticks;
    private long nextTick;
    private long lastView;

    private long tick() {
        if (greeting) {
            greeting = false;
            multicast(hello(true));
        }
        long now = clock.nanos();
        if (ticks > 0 && now - nextTick < 0) {
            return nextTick - now;
        }
        nextTick = now + TICK_NANOS;
        // Now and then an answer goes out in any case: one may have been lost.
        boolean always = ++ticks % 25 == 0;
        for (Peer peer : peers.all()) {
            if (peer.up && peer.receiver.heard()) {
                answer(peer, peer.receiver.progressOfTick(always));
            }
        }
        return TICK_NANOS;
    }

    @Override
    public synchronized void viewChanged(View view) {
        // At the start this node asks for the view while the channel may be telling a newer one.
        if (view.number() >= lastView) {
            lastView = view.number();
            members(view);
        }
    }

    private void members(View view) {
        Set<String> others = new LinkedHashSet<>(view.members());
        others.remove(identity.node());
        peers.inSight(others);
        window.peers(others, clock.nanos());
        sender.proceed();
        if (!others.isEmpty()) {
            // Not from this thread: a view must not wait for a send.
            greeting = true;
            ticker.wake();
            sender.heartbeatSoon();
        }
    }

    /** All peers ever met, by name. */
    public List<PeerStatus> peers() {
        return reports.statuses();
    }

    /** The highest claim that any peer made. */
    public long highestClaim() {
        return peers.highest(peer -> peer.claim);
    }

    /** Who hears of votes from now on. */
    public void elections(ElectionListener listener) {
        elections = listener;
    }

    /** Asks every peer in sight for its vote. */
    public void ask(SyncMessage.VoteRequest request) {
        multicast(request);
    }

    /** Answers a peer that asked. */
    public void answer(String name, SyncMessage.Vote vote) {
        unicast(name, vote, Delivery.RELIABLE);
    }

    /** What of the peers decides whether there is a majority, and for whom. */
    public List<Sighting> sightings() {
        return reports.sightings();
    }

    /** Whether the peer is in the cluster now. */
    public boolean inSight(String name) {
        return peers.of(name, peer -> peer.up ? 1 : 0) > 0;
    }

    /** The highest incarnation of any peer. */
    public long highestIncarnation() {
        return peers.highest(peer -> peer.incarnation);
    }

    /** Whether this node's twin of the peer is known to be complete. */
    public boolean inParity(String name) {
        Peer peer = peers.known(name);
        return peer != null && peer.up && peer.receiver.parity();
    }

    /** The claim with which the origin ranks against others; 0 for none. */
    public long claimOf(String origin) {
        return peers.of(origin, peer -> peer.claim);
    }

    /** Whether the peer forwards beside others, by what it said last. */
    public boolean isMulti(String origin) {
        return peers.of(origin, peer -> peer.role == RoleName.MULTI ? 1 : 0) > 0;
    }

    /** The incarnation of the origin's twin; 0 when nothing came of it. */
    public long incarnationOf(String origin) {
        return peers.of(origin, peer -> peer.receiver.incarnation());
    }

    /**
     * Compares the twin of a peer with the peer's own.
     *
     * @return the count of differing records, or nothing when the peer does not answer
     */
    public OptionalInt verify(String name) throws InterruptedException {
        Peer peer = peers.known(name);
        return peer == null || !peer.up ? OptionalInt.empty() : peer.verify(VERIFY_MILLIS);
    }

    /** Counters of the network, sent and received. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>(channel.counters());
        sender.count(all);
        counters.count(all);
        return all;
    }

    /** Messages dropped, by cause, by the channel and by the receiver. */
    public Map<String, Long> drops() {
        Map<String, Long> all = new LinkedHashMap<>(channel.drops());
        counters.drops().forEach((cause, count) -> all.merge(cause, count, Long::sum));
        return all;
    }

    @Override
    public void close() {
        ticker.close();
        sender.lastWords();
        sender.close();
        channel.close();
    }
}
