package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The gate of a cluster with a key: AES-256-GCM around every frame.
 *
 * <pre>
 *  0                   4         12        20           n-16    n
 *  +-------------------+---------+---------+-------------+-------+
 *  | 'ct' version kind | session | counter | ciphertext  | tag   |
 *  +-------------------+---------+---------+-------------+-------+
 * </pre>
 *
 * The session is random for each start of a sender, and whenever it seals with another key; the counter grows with every
 * frame; together they are the nonce, the session selects the key. The tag covers header, content and the cluster's name.
 *
 * <p>A counter seen before is dropped. A recording of a session that this node does not know (any more) would pass
 * that test, so a new session is first challenged: this node sends it 16 random bytes, and the sender returns them
 * sealed in the same session. Until then its frames are kept, not delivered; one round trip at the start.
 *
 * <p>Bounds: {@value PeerSessions#MAX_PROVEN} proven sessions (8 KiB each), {@value PeerSessions#MAX_PENDING} unproven
 * ones with {@value Session#MAX_HELD} frames each, for two seconds; beyond, the least recently used is forgotten (and
 * challenged again when it returns). Only frames with a right tag take a place. Of sessions that are not known, {@value
 * #FIRST_CONTACTS_IN_A_PERIOD} frames are looked at in a tenth of a second for each host (of hosts beyond {@value #HOSTS},
 * some share); those of known sessions are not touched by it.
 */
final class SealedGate implements Gate {
    static final int HEADER_BYTES = 20;
    static final int OVERHEAD_BYTES = HEADER_BYTES + SessionKeys.TAG_BYTES;
    private static final int CHALLENGE_BYTES = 16;
    private static final int ANSWER_BYTES = Long.BYTES + CHALLENGE_BYTES;
    private static final long CHALLENGE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ANSWERS_IN_A_PERIOD = 64;
    private static final int FIRST_CONTACTS_IN_A_PERIOD = 32;
    /** Shares of first contacts: the hosts of a sync network are fewer. */
    private static final int HOSTS = 32;

    private static final int OWN_SESSIONS = 8;

    /** What holds for one edition of the keyring: the first key seals. */
    private record Seals(int edition, List<SessionKeys> keys, OwnSession own) {}

    private final Keyring keyring;
    private final String cluster;
    private final Drops drops;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    /** The last ones, newest last: frames of theirs may still come back. */
    private volatile List<OwnSession> ownSessions = List.of();

    private volatile Seals seals;
    /** Bounds what replayed challenges cost; a challenger whose answer is refused here asks again. */
    private final Allowance answers;
    /** Bounds what forged frames cost, by host: no host takes the places of another one. */
    private final Allowance firstContacts;
    /** For frames of sessions that are not known. */
    private final ThreadLocal<Cipher> strangers = ThreadLocal.withInitial(SessionKeys::cipher);

    private final PeerSessions sessions;
    private final ThreadLocal<byte[]> contents = ThreadLocal.withInitial(() -> new byte[MAX_FRAME_BYTES]);

    /**
     * With the cluster's keys, at least one, and a monotonic clock, nanoseconds. The first key seals; sessions of any are
     * accepted, so that nodes can change to another key one after the other, while they run.
     */
    SealedGate(Keyring keyring, String cluster, Drops drops, LongSupplier nanoTime) {
        this.keyring = keyring;
        this.cluster = cluster;
        this.drops = drops;
        this.nanoTime = nanoTime;
        this.seals = turnedTo(keyring.now(), List.of(), null);
        this.answers = new Allowance(1, ANSWERS_IN_A_PERIOD, PERIOD_NANOS, nanoTime);
        this.firstContacts = new Allowance(HOSTS, FIRST_CONTACTS_IN_A_PERIOD, PERIOD_NANOS, nanoTime);
        this.sessions = new PeerSessions(drops, nanoTime);
    }

    private Seals turnedTo(Keyring.Edition edition, List<SessionKeys> before, @Nullable OwnSession own) {
        List<SessionKeys> keys = new ArrayList<>();
        for (byte[] key : edition.keys()) {
            keys.add(before.stream()
                    .filter(known -> known.from(key))
                    .findFirst()
                    .orElseGet(() -> new SessionKeys(key, cluster)));
        }
        OwnSession sealing = own == null || !own.source().equals(keys.getFirst()) ? fresh(keys.getFirst()) : own;
        return new Seals(edition.number(), List.copyOf(keys), sealing);
    }

    private OwnSession fresh(SessionKeys key) {
        OwnSession session = new OwnSession(key, random.nextLong());
        List<OwnSession> all = new ArrayList<>(ownSessions);
        all.add(session);
        ownSessions = List.copyOf(all.subList(Math.max(0, all.size() - OWN_SESSIONS), all.size()));
        return session;
    }

    private @Nullable OwnSession ownSession(long number) {
        for (OwnSession own : ownSessions) {
            if (own.number() == number) {
                return own;
            }
        }
        return null;
    }

    private Seals seals() {
        Seals now = seals;
        return now.edition() == keyring.now().number() ? now : turned();
    }

    private synchronized Seals turned() {
        Keyring.Edition edition = keyring.now();
        if (seals.edition() != edition.number()) {
            seals = turnedTo(edition, seals.keys(), seals.own());
        }
        return seals;
    }

    @Override
    public int overheadBytes() {
        return OVERHEAD_BYTES;
    }

    @Override
    public int wrap(byte[] content, int offset, int length, byte[] frame) {
        return seals().own().seal(KIND_DATA, content, offset, length, frame);
    }

    @Override
    public Outcome arrived(byte[] frame, int offset, int length, Peer peer, Inlet inlet) {
        DropCause wrong = shape(frame, offset, length);
        if (wrong != null) {
            return drop(wrong, peer);
        }
        ByteBuffer header = ByteBuffer.wrap(frame, offset + 4, HEADER_BYTES - 4);
        long id = header.getLong();
        long counter = header.getLong();
        OwnSession own = ownSession(id);
        if (own != null) {
            DropCause odd = own.returned(counter);
            return odd == null ? Outcome.IGNORED : drop(odd, peer);
        }
        byte[] content = contents.get();
        List<SessionKeys> keys = seals().keys();
        Session session = sessions.proven(keys, id);
        Arrival arrival = session == null
                ? firstContact(keys, id, frame, offset, length, content, peer)
                : examine(session, frame, offset, length, counter, content);
        return finish(arrival, id, content, peer, inlet);
    }

    /** A frame of a session that is not proven. A stranger's is looked at without the lock, and only so often. */
    private Arrival firstContact(
            List<SessionKeys> keys, long id, byte[] frame, int offset, int length, byte[] content, Peer peer) {
        long counter = ByteBuffer.wrap(frame).getLong(offset + HEADER_BYTES - Long.BYTES);
        synchronized (sessions) {
            Session filed = sessions.filed(keys, id);
            if (filed != null) {
                return unproven(filed, keys, id, frame, offset, length, counter, content);
            }
        }
        if (!firstContacts.take(peer.host())) {
            return Arrival.dropped(DropCause.TOO_MANY_SENDERS);
        }
        Session opened = opened(keys, id, frame, offset, length, counter, content);
        if (opened == null) {
            return Arrival.dropped(DropCause.FORGED);
        }
        synchronized (sessions) {
            Session filed = sessions.filed(keys, id);
            return unproven(filed == null ? opened : filed, keys, id, frame, offset, length, counter, content);
        }
    }

    /** Under the monitor of the sessions. */
    private Arrival unproven(
            Session session,
            List<SessionKeys> keys,
            long id,
            byte[] frame,
            int offset,
            int length,
            long counter,
            byte[] content) {
        if (!keys.contains(session.source())) {
            return Arrival.dropped(DropCause.FORGED);
        }
        Arrival arrival = examine(session, frame, offset, length, counter, content);
        if (arrival.kind() == KIND_PROOF && arrival.outcome() == Outcome.ACCEPTED) {
            sessions.proved(id, session);
        } else if (arrival.outcome() == Outcome.HELD) {
            sessions.waits(id, session);
        }
        return arrival;
    }

    /** A session of the key that the frame was sealed with; null when it is none of this node's. */
    private @Nullable Session opened(
            List<SessionKeys> keys, long id, byte[] frame, int offset, int length, long counter, byte[] content) {
        Cipher cipher = strangers.get();
        for (SessionKeys source : keys) {
            SecretKey key = source.of(id);
            if (source.open(cipher, key, frame, offset, length, counter, content) >= 0) {
                return new Session(source, key, nanoTime.getAsLong());
            }
        }
        return null;
    }

    private Arrival examine(Session session, byte[] frame, int offset, int length, long counter, byte[] content) {
        synchronized (session) {
            if (!session.fresh(counter)) {
                return Arrival.dropped(DropCause.REPLAYED);
            }
            int contentLength = session.open(frame, offset, length, counter, content);
            if (contentLength < 0) {
                return Arrival.dropped(DropCause.FORGED);
            }
            byte kind = frame[offset + 3];
            if (kind == KIND_CHALLENGE) {
                return Arrival.of(Outcome.ACCEPTED, kind, contentLength);
            }
            session.mark(counter);
            if (kind == KIND_PROOF) {
                List<Session.Held> released = proof(session, content, contentLength);
                return released == null
                        ? new Arrival(Outcome.IGNORED, DropCause.STALE_ANSWER, kind, 0, List.of(), null)
                        : new Arrival(Outcome.ACCEPTED, null, kind, 0, released, null);
            }
            if (session.proven()) {
                return Arrival.of(Outcome.ACCEPTED, kind, contentLength);
            }
            DropCause cause = session.hold(counter, content, contentLength) ? null : DropCause.UNPROVEN;
            byte[] challenge = session.challenge(nanoTime.getAsLong(), CHALLENGE_INTERVAL_NANOS, this::randomBytes);
            return new Arrival(Outcome.HELD, cause, kind, contentLength, List.of(), challenge);
        }
    }

    private Outcome finish(Arrival arrival, long id, byte[] content, Peer peer, Inlet inlet) {
        DropCause cause = arrival.cause();
        if (cause != null) {
            drops.count(cause, peer);
        }
        byte[] challenge = arrival.challenge();
        if (challenge != null) {
            reply(KIND_CHALLENGE, id, challenge, peer);
        }
        if (arrival.outcome() != Outcome.ACCEPTED) {
            return arrival.outcome();
        }
        switch (arrival.kind()) {
            case KIND_CHALLENGE -> {
                return answer(content, arrival.contentLength(), id, peer);
            }
            case KIND_PROOF ->
                arrival.released().forEach(held -> inlet.deliver(held.content(), 0, held.content().length));
            default -> inlet.deliver(content, 0, arrival.contentLength());
        }
        return Outcome.ACCEPTED;
    }

    private @Nullable DropCause shape(byte[] frame, int offset, int length) {
        if (length > MAX_FRAME_BYTES) {
            return DropCause.OVERSIZED;
        }
        if (length < 4) {
            return DropCause.TRUNCATED;
        }
        if (frame[offset] != MAGIC_0 || frame[offset + 1] != MAGIC_1) {
            return DropCause.NOT_SEALED;
        }
        if (frame[offset + 2] != FRAME_VERSION) {
            return DropCause.VERSION;
        }
        byte kind = frame[offset + 3];
        if (kind < KIND_DATA || kind > KIND_PROOF) {
            return DropCause.NOT_SEALED;
        }
        return length < overheadBytes() ? DropCause.TRUNCATED : null;
    }

    /** Someone asks whether this node's session is alive; a replayed question learns nothing from the answer. */
    private Outcome answer(byte[] content, int length, long challenger, Peer peer) {
        if (!mine(content, length) || !answers.take(0)) {
            drops.count(DropCause.STALE_ANSWER, peer);
            return Outcome.IGNORED;
        }
        reply(KIND_PROOF, challenger, Arrays.copyOfRange(content, Long.BYTES, ANSWER_BYTES), peer);
        return Outcome.ACCEPTED;
    }

    /** Whether a question or an answer is about the session that this node sends in now. */
    private boolean mine(byte[] content, int length) {
        return length == ANSWER_BYTES
                && ByteBuffer.wrap(content).getLong() == seals.own().number();
    }

    private @Nullable List<Session.Held> proof(Session session, byte[] content, int length) {
        if (length != ANSWER_BYTES || ownSession(ByteBuffer.wrap(content).getLong()) == null) {
            return null;
        }
        return session.prove(Arrays.copyOfRange(content, Long.BYTES, ANSWER_BYTES));
    }

    private void reply(byte kind, long toSession, byte[] bytes, Peer peer) {
        byte[] body =
                ByteBuffer.allocate(ANSWER_BYTES).putLong(toSession).put(bytes).array();
        byte[] frame = new byte[overheadBytes() + body.length];
        peer.reply(frame, seals().own().seal(kind, body, 0, body.length, frame));
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private Outcome drop(DropCause cause, Peer peer) {
        drops.count(cause, peer);
        return Outcome.DROPPED;
    }
}
