package org.conntwin.node.role;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordChoice;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.replication.ClaimListener;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.jspecify.annotations.Nullable;

/**
 * Changes this node's role: on the operator's or HA manager's word, and when a peer shows a newer claim to be
 * active. One change or commit at a time.
 */
public final class RoleKeeper implements ClaimListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RoleKeeper.class.getName());

    /** What it is when it forwards: by configuration beside others, or alone. */
    private final RoleName carrying;

    private static final long NOBODY_SINCE = Long.MAX_VALUE;

    private final Identity identity;
    private final Injector injector;
    private final InternalCache internal;
    private final ExternalCache external;
    private final Release release;
    private final Turns turns;
    private final Worker worker;
    /** The claim that this node has to yield to, or was passed by with, when it gets to it; null for none. */
    private final AtomicReference<@Nullable Claim> heard = new AtomicReference<>();

    private record Claim(String peer, RoleName role, long number) {}

    private volatile @Nullable Replication replication;
    private volatile @Nullable LastCommit lastCommit;
    private final CommitTotals totals = new CommitTotals();
    private volatile ReplicationFilter filter = ReplicationFilter.EVERYTHING;
    private int dismissals;
    /** The number of the word that this node is not to be active; 0 when that does not hold (any more). */
    private volatile int dismissal;

    private volatile Supplier<@Nullable String> complaint = () -> null;
    private volatile Readings readings = Readings.NONE;
    private volatile @Nullable EventPause pause;
    private volatile Runnable tookOver = () -> {};
    private volatile TakeoverListener takeovers = TakeoverListener.NONE;
    /** Of this node and of peers, those that are gone included: a claim must never fall back. */
    private final AtomicLong highestClaim = new AtomicLong();
    /** What each peer claimed last; as many as replication has peers. */
    private final Map<String, Long> claimsByPeer = new ConcurrentHashMap<>();

    /** Keeps the role in {@code identity}. */
    public RoleKeeper(
            Identity identity,
            Injector injector,
            InternalCache internal,
            ExternalCache external,
            Release release,
            Turns turns) {
        this.identity = identity;
        this.carrying = identity.standing().role() == RoleName.MULTI ? RoleName.MULTI : RoleName.ACTIVE;
        this.injector = injector;
        this.internal = internal;
        this.external = external;
        this.release = release;
        this.turns = turns;
        this.worker = turns.worker("role-keeper", this::yieldIfFenced);
        worker.start();
    }

    /** The replication to announce through; once, before any change. */
    public void replication(Replication wired) {
        replication = wired;
    }

    /** What of a commit this node owns from now on. */
    public void filter(ReplicationFilter replicated) {
        filter = replicated;
    }

    /** What reads the table after commits from now on. */
    public void readings(Readings ofTable) {
        readings = ofTable;
    }

    /** What a large commit pauses from now on. */
    public void pausing(EventPause events) {
        pause = events;
    }

    /** What forgets the origins that are gone, after takeovers by any node. */
    public void bygones(Bygones forgetting) {
        tookOver = forgetting::tookOver;
    }

    /** Who hears of takeovers from now on. */
    public void listener(TakeoverListener listener) {
        takeovers = listener;
    }

    private Replication replication() {
        Replication wired = replication;
        if (wired == null) {
            throw new IllegalStateException("no replication yet");
        }
        return wired;
    }

    /** The commit that ran last; null when none did. */
    public @Nullable LastCommit lastCommit() {
        return lastCommit;
    }

    /** All commits since the start. */
    public CommitTotals commitTotals() {
        return totals;
    }

    /** What became of own records after step-downs since the start; see {@code Release}. */
    public Map<String, Long> released() {
        return release.counters();
    }

    /** Writes what the peers own into the local table; it becomes this node's own. */
    public CommitReport commit(CommitKinds kinds) {
        return commit(kinds, NOBODY_SINCE);
    }

    /**
     * The same for a node that was cut off or frozen while others carried its flows: the copies of origins whose
     * incarnation is above {@code since} replace its own, whatever is claimed by now.
     */
    public synchronized CommitReport commit(CommitKinds kinds, long since) {
        Replication wired = replication();
        long ownClaim = identity.standing().claim();
        long entries = kinds != CommitKinds.EXPECTATIONS ? newerElsewhere(wired, ownClaim, since) : 0;
        try (AroundCommit around = AroundCommit.begin(wired, release, readings, pause, entries)) {
            TwinSource source = new TwinSource(external, wired::claimOf);
            TakeoverOwnership ownership = new TakeoverOwnership(
                    internal,
                    filter,
                    ownClaim,
                    () -> wired.claimOf(source.currentOrigin()),
                    () -> wired.incarnationOf(source.currentOrigin()) > since);
            CommitReport report = injector.commit(source, ownership, kinds);
            lastCommit = new LastCommit(Instant.now(), report);
            totals.add(report);
            around.done();
            return report;
        }
    }

    /** Entries of the twins that this node's own copies do not win against. */
    private long newerElsewhere(Replication wired, long ownClaim, long since) {
        return external.twins().stream()
                .filter(twin -> ownClaim <= wired.claimOf(twin.origin()) || wired.incarnationOf(twin.origin()) > since)
                .mapToLong(twin -> twin.size(Kind.CONNTRACK))
                .sum();
    }

    /** Takes over: commits both kinds, owns the flows under a new incarnation and the highest claim, announces. */
    public CommitReport active() {
        return active(NOBODY_SINCE);
    }

    /** The same for a node that was cut off or frozen, as in {@link #commit(CommitKinds, long)}. */
    public synchronized CommitReport active(long since) {
        CommitReport report;
        dismissal = 0;
        for (String gap : Readiness.gaps(replication().peers())) {
            LOG.log(System.Logger.Level.WARNING, "taking over with a gap: {0}", gap);
        }
        takeovers.takingOver();
        try {
            release.cancel();
            report = commit(CommitKinds.BOTH, since);
        } finally {
            takeovers.committed();
        }
        claim(identity.standing().role() == RoleName.MULTI ? RoleName.MULTI : carrying);
        return report;
    }

    /** Starts as active, unless a peer is: then that peer stays it. True when this node is active now. */
    public synchronized boolean activeAtStart() {
        if (replication().highestClaim() > 0) {
            LOG.log(System.Logger.Level.WARNING, "a peer is active already: starting as backup");
            return false;
        }
        claim(RoleName.ACTIVE);
        return true;
    }

    /** Starts as backup: what its table held before, and an active node carries by then, is given up after the purge time. */
    public synchronized void backupAtStart() {
        if (identity.standing().role() == RoleName.BACKUP) {
            release.scheduleNext(this::claimedElsewhere);
        }
    }

    /** What the peers that claim to be active have, once this node's twins of them are proven complete. */
    private RecordChoice claimedElsewhere() {
        Replication wired = replication();
        List<Twin> claimants = external.twins().stream()
                .filter(twin -> wired.claimOf(twin.origin()) > 0 && wired.inParity(twin.origin()))
                .toList();
        return claimants.isEmpty()
                ? Successor.NOTHING
                : (bytes, from, length) ->
                        claimants.stream().anyMatch(twin -> twin.containsRecord(Kind.CONNTRACK, bytes, from, length));
    }

    private void claim(RoleName role) {
        Replication wired = replication();
        Identity.Standing before = identity.standing();
        long incarnation = Math.max(before.incarnation(), wired.highestIncarnation()) + 1;
        long known = Math.max(before.claim(), wired.highestClaim());
        // Above all that are known; the time lets the later of two win that were made apart from each other.
        long claim = Math.max(highestClaim.accumulateAndGet(known, Math::max) + 1, turns.wallMillis());
        highestClaim.accumulateAndGet(claim, Math::max);
        identity.standing(new Identity.Standing(role, incarnation, claim));
        wired.announce();
        tookOver.run();
        LOG.log(System.Logger.Level.INFO, "role {0}, claim {1}", role.text(), claim);
    }

    /** Steps down: owns the flows until the purge time is over, then no longer. The time until then. */
    public synchronized Duration backup() {
        return told(RoleName.BACKUP);
    }

    /** Stops claiming: something is wrong with this node. */
    public synchronized Duration fault() {
        return told(RoleName.FAULT);
    }

    /**
     * The number of somebody's word that this node is not to be active, which no election goes against; 0 when there is
     * none, or it was made active since, or {@link #relieved}.
     */
    int dismissal() {
        return dismissal;
    }

    /** Another node was active since that dismissal: this one may stand again, unless it was dismissed anew. */
    synchronized void relieved(int number) {
        if (dismissal == number) {
            dismissal = 0;
        }
    }

    /** Takes over by election, unless it was dismissed or told another role meanwhile; whether it did. */
    synchronized boolean elected() {
        if (dismissal != 0 || identity.standing().role() != RoleName.BACKUP) {
            return false;
        }
        active();
        return true;
    }

    /** Steps down on its own, which is no dismissal; false when it is not active any more. */
    synchronized boolean resign() {
        if (identity.standing().role() != RoleName.ACTIVE) {
            return false;
        }
        stepDown(RoleName.BACKUP);
        takeovers.steppedDown();
        return true;
    }

    /** What elections complain of from now on; null for nothing. */
    void complaints(Supplier<@Nullable String> election) {
        complaint = election;
    }

    /** Why nobody may be active for now, though this node would be; null when all is well. */
    public @Nullable String complaint() {
        return complaint.get();
    }

    private Duration told(RoleName role) {
        dismissal = ++dismissals;
        Duration untilRelease = stepDown(role);
        takeovers.steppedDown();
        return untilRelease;
    }

    private Duration stepDown(RoleName role) {
        Identity.Standing before = identity.standing();
        identity.standing(new Identity.Standing(role, before.incarnation(), 0));
        replication().announce();
        boolean wasOwner = before.claim() > 0;
        LOG.log(System.Logger.Level.INFO, "role {0}", role.text());
        if (wasOwner) {
            return release.schedule();
        }
        release.scheduleNext(this::claimedElsewhere);
        return Duration.ZERO;
    }

    @Override
    public void claimed(String peer, RoleName role, long claim) {
        highestClaim.accumulateAndGet(claim, Math::max);
        Long before = claimsByPeer.put(peer, claim);
        // Also a backup may own flows: what reached it by the word of a manager that was overruled, or by routing.
        boolean made = claim > 0 && (before == null || before != claim);
        if (made) {
            tookOver.run();
        }
        boolean passedBy = made && identity.standing().role() == RoleName.BACKUP;
        if (passedBy || fenced(peer, role, claim)) {
            heard.set(new Claim(peer, role, claim));
            worker.wake();
        }
    }

    /** Equal claims were made apart from each other; then the names decide, the same way on both sides. */
    private boolean fenced(String peer, RoleName role, long claim) {
        Identity.Standing own = identity.standing();
        boolean higher = claim > own.claim() || (claim == own.claim() && peer.compareTo(identity.node()) < 0);
        return own.role() == RoleName.ACTIVE && role == RoleName.ACTIVE && higher;
    }

    private synchronized long yieldIfFenced() {
        Claim claim = heard.getAndSet(null);
        if (claim != null && fenced(claim.peer, claim.role, claim.number)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} took over (claim {1}): this node is backup now",
                    claim.peer,
                    claim.number);
            stepDown(RoleName.BACKUP);
        } else if (claim != null && identity.standing().role() == RoleName.BACKUP) {
            release.scheduleNext(this::claimedElsewhere);
        }
        return Turn.UNTIL_WOKEN;
    }

    @Override
    public void close() {
        worker.close();
        release.close();
    }
}
