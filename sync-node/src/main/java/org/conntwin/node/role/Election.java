package org.conntwin.node.role;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.conntwin.node.replication.ElectionListener;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.replication.Sighting;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;
import org.jspecify.annotations.Nullable;

/**
 * Takes over when the active node is lost, without an HA manager ({@code on-peer-loss: promote}): with the votes of a
 * majority of all nodes ever met or configured, and never beside another. Every member votes, also one that would never take
 * over itself: that is a witness.
 *
 * <p>Two halves of a cluster can never both be active. An active node that a majority no longer proves to hear steps down
 * after {@link #LEASE_NANOS}, counted from when it sent what they heard last; a member votes only once it has heard nothing
 * of an active node for longer than that, for one candidate at a time, and not soon after its own start, when it may have
 * voted before. Only the rates of the nodes' clocks are compared. A candidate whose twin of the lost node is behind the
 * voter's gets no vote of one that would take over itself.
 */
public final class Election implements ElectionListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Election.class.getName());
    private static final long SECOND = 1_000_000_000L;
    /** For so long after it was sent, what a peer has proven to hear counts for an active node's majority. */
    static final long LEASE_NANOS = 5 * SECOND / 2;
    /** A node silent for so long can no longer be active by a majority. */
    static final long LOST_NANOS = 7 * SECOND / 2;
    /** A vote binds for so long: its candidate is active by then, or has given up. */
    private static final long VOTE_NANOS = 15 * SECOND;
    /** After its start a member does not vote for so long: it may have voted before, and its candidate is active by then. */
    private static final long QUIET_NANOS = 4 * SECOND;
    /** Answers come within this time, or the candidate tries anew. */
    private static final long BALLOT_NANOS = SECOND / 2;

    private static final long TURN_NANOS = SECOND / 10;
    private static final int COMPLAIN_EVERY = 10;
    private static final String NOBODY =
            "no node is active, and nobody is elected: `conntwin role active` on one of them";

    private final boolean stands;
    private final int configured;
    private final Identity identity;
    private final RoleKeeper roles;
    private final Replication replication;
    private final Clock clock;
    private final Turns turns;
    private final Worker worker;
    private final long startedAt;
    private final Set<String> granted = new HashSet<>();
    private @Nullable String votedFor;
    private long votedAt;
    private long ballot;
    private long ballotUntil;
    private long nextBallot;
    private int attempts;
    private boolean elected;
    private boolean hadMajority;
    private long activeSince;
    private boolean resigned;
    private int heeded;
    private long heededAt;
    private volatile @Nullable String complaint;

    /**
     * A member of the cluster; it votes, whether it stands or not.
     *
     * @param stands whether this node may be promoted
     * @param configured members by configuration, this node included; 0 when they are not listed
     */
    public Election(
            boolean stands, int configured, Identity identity, RoleKeeper roles, Replication replication, Turns turns) {
        this.stands = stands;
        this.configured = configured;
        this.identity = identity;
        this.roles = roles;
        this.replication = replication;
        this.clock = turns.clock();
        this.turns = turns;
        this.startedAt = clock.nanos();
        this.activeSince = startedAt;
        this.ballotUntil = startedAt;
        this.nextBallot = startedAt;
        this.worker = turns.worker("election", this::turn);
    }

    /** Begins to vote. */
    public void start() {
        replication.elections(this);
        roles.complaints(() -> complaint);
        worker.start();
    }

    private int nodes(List<Sighting> peers) {
        return Math.max(configured, peers.size() + 1);
    }

    private int majority(List<Sighting> peers) {
        return nodes(peers) / 2 + 1;
    }

    private long turn() {
        List<Sighting> peers = replication.sightings();
        RoleName role = identity.standing().role();
        if (!Readiness.carries(role)) {
            hadMajority = false;
            activeSince = clock.nanos();
        }
        if (stands && role == RoleName.ACTIVE) {
            stepDownWithoutMajority(peers);
        } else if (stands && role == RoleName.BACKUP && !dismissed(peers)) {
            stand(peers);
        } else {
            withdraw();
        }
        if (complaint == null && stands && role == RoleName.BACKUP && nobodyCarries(peers)) {
            complaint = NOBODY;
        }
        return TURN_NANOS;
    }

    /** Nobody claims to be active, which a start may take some seconds to change; and nobody is missed who did. */
    private boolean nobodyCarries(List<Sighting> peers) {
        return !resigned
                && clock.nanos() - startedAt >= QUIET_NANOS
                && peers.stream().noneMatch(peer -> peer.claim() > 0)
                && !Readiness.carries(identity.standing().role());
    }

    private boolean carries() {
        return Readiness.carries(identity.standing().role());
    }

    /** Only where the others could elect one of them: the last of two goes on, and so does whom an operator made active. */
    private void stepDownWithoutMajority(List<Sighting> peers) {
        int total = nodes(peers);
        long hearing = 1
                + peers.stream()
                        .filter(peer -> peer.unprovenNanos() < LEASE_NANOS)
                        .count();
        complaint = hearing < majority(peers)
                ? "only " + hearing + " of " + total + " nodes hear this one, which is no majority"
                : null;
        boolean seen = 1 + peers.stream().filter(Sighting::up).count() >= majority(peers);
        hadMajority |= seen || hearing >= majority(peers);
        if (hadMajority && total - hearing >= majority(peers) && clock.nanos() - activeSince >= LEASE_NANOS) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "only {0} of {1} nodes hear this one: it steps down before the others take over",
                    hearing,
                    total);
            hadMajority = false;
            resigned = roles.resign();
        }
    }

    /** Whether somebody said that this node is not to be active, and no other one was heard to be active since. */
    private boolean dismissed(List<Sighting> peers) {
        long now = clock.nanos();
        int dismissal = roles.dismissal();
        if (dismissal == 0) {
            return false;
        }
        if (dismissal != heeded) {
            heeded = dismissal;
            heededAt = now;
        }
        if (peers.stream().anyMatch(peer -> peer.claim() > 0 && peer.silentNanos() < now - heededAt)) {
            roles.relieved(dismissal);
        }
        return roles.dismissal() != 0;
    }

    /** Neither stands nor carries; it votes. */
    private synchronized void withdraw() {
        resigned = false;
        elected = false;
        attempts = 0;
        granted.clear();
        complaint = null;
    }

    private void stand(List<Sighting> peers) {
        long now = clock.nanos();
        Sighting lost = lostActive(peers);
        if (peers.stream().anyMatch(peer -> peer.claim() > 0 && peer.silentNanos() < LOST_NANOS)) {
            resigned = false;
        } else if (resigned && lost == null) {
            // Those that it told of its stepping down do not miss it.
            lost = new Sighting(identity.node(), true, 0, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE);
        }
        synchronized (this) {
            boolean bound = votedFor != null && now - votedAt < VOTE_NANOS && !votedFor.equals(identity.node());
            elected = false;
            attempts = lost == null ? 0 : attempts;
            complaint = attempts < 2 || lost == null
                    ? null
                    : missing(lost) + ", and no majority of " + nodes(peers) + " nodes votes for this one";
            if (lost == null || bound || now - startedAt < QUIET_NANOS) {
                return;
            }
            boolean open = now - ballotUntil < 0;
            if (!open || granted.size() + 1 < majority(peers)) {
                if (now - nextBallot >= 0) {
                    ask(lost, now);
                }
                return;
            }
            granted.clear();
            elected = true;
            resigned = false;
            hadMajority = true;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} is lost: this node takes over by the votes of a majority",
                lost.name());
        boolean _ = roles.elected();
    }

    private String missing(Sighting lost) {
        return lost.name().equals(identity.node()) ? "this node has stepped down" : lost.name() + " is lost";
    }

    /** At other times than others do. Under this lock. */
    private void ask(Sighting lost, long now) {
        if (++attempts % COMPLAIN_EVERY == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is lost, and no majority votes for this node: nobody takes over until more nodes are back",
                    lost.name());
        }
        granted.clear();
        votedFor = identity.node();
        votedAt = now;
        ballot = Math.max(ballot + 1, turns.wallMillis());
        int spread = Math.floorMod(identity.node().hashCode() * 31 + attempts * 17, 8);
        ballotUntil = now + BALLOT_NANOS;
        // In between it is free to vote for another.
        nextBallot = ballotUntil + (1 + spread) * TURN_NANOS;
        replication.ask(new SyncMessage.VoteRequest(ballot, lost.name(), lost.incarnation(), lost.sequence()));
    }

    /** The active node that is lost; null while one is heard, or none was ever. */
    private static @Nullable Sighting lostActive(List<Sighting> peers) {
        Sighting lost = null;
        for (Sighting peer : peers) {
            if (peer.claim() > 0) {
                if (peer.silentNanos() < LOST_NANOS) {
                    return null;
                }
                lost = lost == null || peer.claim() > lost.claim() ? peer : lost;
            }
        }
        return lost;
    }

    @Override
    public void asked(String peer, SyncMessage.VoteRequest request) {
        replication.answer(peer, new SyncMessage.Vote(request.ballot(), grants(peer, request)));
    }

    private synchronized boolean grants(String candidate, SyncMessage.VoteRequest request) {
        long now = clock.nanos();
        List<Sighting> peers = replication.sightings();
        boolean anotherActive = peers.stream().anyMatch(peer -> peer.claim() > 0 && peer.silentNanos() < LOST_NANOS);
        boolean bound = votedFor != null && now - votedAt < VOTE_NANOS && !votedFor.equals(candidate);
        // Its own candidacy binds a node only while it may still win.
        boolean ownOnly = identity.node().equals(votedFor) && now - ballotUntil >= 0 && !elected;
        if (carries() || anotherActive || (bound && !ownOnly) || now - startedAt < QUIET_NANOS) {
            return false;
        }
        if (stands && roles.dismissal() == 0 && ahead(peers, request)) {
            return false;
        }
        votedFor = candidate;
        votedAt = now;
        granted.clear();
        return true;
    }

    private static boolean ahead(List<Sighting> peers, SyncMessage.VoteRequest request) {
        for (Sighting peer : peers) {
            if (peer.name().equals(request.lost())) {
                return peer.incarnation() > request.incarnation()
                        || (peer.incarnation() == request.incarnation() && peer.sequence() > request.sequence());
            }
        }
        return false;
    }

    @Override
    public synchronized void answered(String peer, SyncMessage.Vote vote) {
        if (vote.granted() && vote.ballot() == ballot && clock.nanos() - ballotUntil < 0) {
            granted.add(peer);
            worker.wake();
        }
    }

    @Override
    public void close() {
        replication.elections(NONE);
        worker.close();
    }
}
