package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * The session is random for each start of a sender, the counter grows with every frame; together they are the nonce,
 * the session selects the key. The tag covers header, content and the cluster's name.
 *
 * <p>A counter seen before is dropped. A recording of a session that this node does not know (any more) would pass
 * that test, so a new session is first challenged: this node sends it 16 random bytes, and the sender returns them
 * sealed in the same session. Until then its frames are kept, not delivered; one round trip at the start.
 *
 * <p>Bounds: {@value #MAX_PROVEN} proven sessions (8 KiB each), {@value #MAX_PENDING} unproven ones with
 * {@value Session#MAX_HELD} frames each; beyond, the least recently used is forgotten (and challenged again when it
 * returns). Only frames with a right tag take a place.
 */
final class SealedGate implements Gate {
    static final int HEADER_BYTES = 20;
    static final int OVERHEAD_BYTES = HEADER_BYTES + SessionKeys.TAG_BYTES;
    static final int MAX_PROVEN = 128;
    static final int MAX_PENDING = 16;
    private static final int CHALLENGE_BYTES = 16;
    private static final int ANSWER_BYTES = Long.BYTES + CHALLENGE_BYTES;
    private static final long CHALLENGE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ANSWER_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ANSWERS_IN_A_PERIOD = 64;

    private final List<SessionKeys> keys;
    private final Drops drops;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final long ownSession = random.nextLong();
    private final SecretKey ownKey;
    private final Cipher ownCipher = SessionKeys.cipher();
    private long ownCounter;
    private final Object answerLock = new Object();
    private long answerPeriodNanos;
    private int answers;
    private final Map<Long, Session> proven = bounded(MAX_PROVEN);
    private final Map<Long, Session> pending = bounded(MAX_PENDING);
    private final ThreadLocal<byte[]> contents = ThreadLocal.withInitial(() -> new byte[MAX_FRAME_BYTES]);

    /**
     * With cluster keys of 32 bytes and a monotonic clock, nanoseconds. The first key seals; sessions of any are accepted,
     * so that nodes can change to another key one after the other.
     */
    SealedGate(List<byte[]> clusterKeys, String cluster, Drops drops, LongSupplier nanoTime) {
        this.keys =
                clusterKeys.stream().map(key -> new SessionKeys(key, cluster)).toList();
        this.drops = drops;
        this.nanoTime = nanoTime;
        this.ownKey = keys.getFirst().of(ownSession);
        this.answerPeriodNanos = nanoTime.getAsLong();
    }

    private static Map<Long, Session> bounded(int limit) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Session> eldest) {
                return size() > limit;
            }
        };
    }

    @Override
    public int overheadBytes() {
        return OVERHEAD_BYTES;
    }

    @Override
    public int wrap(byte[] content, int offset, int length, byte[] frame) {
        return seal(KIND_DATA, content, offset, length, frame);
    }

    private synchronized int seal(byte kind, byte[] content, int offset, int length, byte[] frame) {
        Objects.checkFromIndexSize(overheadBytes(), length, frame.length);
        long counter = ownCounter++;
        ByteBuffer.wrap(frame)
                .put(MAGIC_0)
                .put(MAGIC_1)
                .put(FRAME_VERSION)
                .put(kind)
                .putLong(ownSession)
                .putLong(counter);
        try {
            ownCipher.init(Cipher.ENCRYPT_MODE, ownKey, SessionKeys.nonce(counter));
            ownCipher.updateAAD(frame, 0, HEADER_BYTES);
            ownCipher.updateAAD(keys.getFirst().cluster());
            return HEADER_BYTES + ownCipher.doFinal(content, offset, length, frame, HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to seal " + length + " bytes", e);
        }
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
        if (id == ownSession) {
            return Outcome.IGNORED;
        }
        byte[] content = contents.get();
        Session session = provenSession(id);
        Arrival arrival;
        if (session != null) {
            arrival = examine(session, frame, offset, length, counter, content);
        } else {
            arrival = firstContact(id, frame, offset, length, counter, content);
        }
        return finish(arrival, id, content, peer, inlet);
    }

    /**
     * What one frame came to, decided with the session's monitor held and acted on without it.
     *
     * @param kind the frame's kind
     * @param contentLength bytes of content; -1 when the tag did not fit
     * @param released what was kept and may be delivered now
     * @param challenge what to ask the sender, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Arrival(
            Outcome outcome,
            @Nullable DropCause cause,
            byte kind,
            int contentLength,
            List<Session.Held> released,
            byte @Nullable [] challenge) {
        static Arrival dropped(DropCause cause) {
            return new Arrival(Outcome.DROPPED, cause, KIND_DATA, -1, List.of(), null);
        }

        static Arrival of(Outcome outcome, byte kind, int contentLength) {
            return new Arrival(outcome, null, kind, contentLength, List.of(), null);
        }
    }

    /** A frame of a session that is not proven: one at a time, so that no two threads file the same session. */
    private Arrival firstContact(long id, byte[] frame, int offset, int length, long counter, byte[] content) {
        synchronized (pending) {
            Session filed = provenSession(id);
            if (filed == null) {
                filed = pending.get(id);
            }
            Session session = filed;
            Arrival arrival = Arrival.dropped(DropCause.FORGED);
            if (session == null) {
                for (int i = 0; i < keys.size() && arrival.cause() == DropCause.FORGED; i++) {
                    session = new Session(keys.get(i).of(id), keys.get(i).cluster());
                    arrival = examine(session, frame, offset, length, counter, content);
                }
            } else {
                arrival = examine(session, frame, offset, length, counter, content);
            }
            if (arrival.kind() == KIND_PROOF && arrival.outcome() == Outcome.ACCEPTED) {
                pending.remove(id);
                synchronized (proven) {
                    proven.put(id, Objects.requireNonNull(session));
                }
            } else if (filed == null && arrival.outcome() == Outcome.HELD) {
                pending.put(id, Objects.requireNonNull(session));
            }
            return arrival;
        }
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
                        ? Arrival.of(Outcome.IGNORED, kind, 0)
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

    private @Nullable Session provenSession(long id) {
        synchronized (proven) {
            return proven.get(id);
        }
    }

    /** Someone asks whether this node's session is alive; a replayed question learns nothing from the answer. */
    private Outcome answer(byte[] content, int length, long challenger, Peer peer) {
        if (length != ANSWER_BYTES || ByteBuffer.wrap(content).getLong() != ownSession || !mayAnswer()) {
            return Outcome.IGNORED;
        }
        reply(KIND_PROOF, challenger, Arrays.copyOfRange(content, Long.BYTES, ANSWER_BYTES), peer);
        return Outcome.ACCEPTED;
    }

    /** Bounds what replayed challenges cost; a challenger whose answer is refused here asks again. */
    private boolean mayAnswer() {
        synchronized (answerLock) {
            long now = nanoTime.getAsLong();
            if (now - answerPeriodNanos >= ANSWER_PERIOD_NANOS) {
                answerPeriodNanos = now;
                answers = 0;
            }
            return answers++ < ANSWERS_IN_A_PERIOD;
        }
    }

    private @Nullable List<Session.Held> proof(Session session, byte[] content, int length) {
        if (length != ANSWER_BYTES || ByteBuffer.wrap(content).getLong() != ownSession) {
            return null;
        }
        return session.prove(Arrays.copyOfRange(content, Long.BYTES, ANSWER_BYTES));
    }

    private void reply(byte kind, long toSession, byte[] bytes, Peer peer) {
        byte[] body =
                ByteBuffer.allocate(ANSWER_BYTES).putLong(toSession).put(bytes).array();
        byte[] frame = new byte[overheadBytes() + body.length];
        peer.reply(frame, seal(kind, body, 0, body.length, frame));
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
