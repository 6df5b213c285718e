package org.conntwin.node.channel;

import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver knows of one sender's session. Its methods are called with its monitor held.
 *
 * <p>A session starts unproven: the frames may be a recording of an earlier time, which no counter can tell. They are
 * kept, within bounds, until the sender has answered a challenge.
 */
final class Session {
    /** Frames kept of an unproven session; the sender's reliable messages beyond are sent again by it. */
    static final int MAX_HELD = 16;

    /** One kept frame's content. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Held(long counter, byte[] content) {}

    private final SessionKeys source;
    private final long sinceNanos;
    private final SecretKey key;
    private final Cipher cipher = SessionKeys.cipher();
    private final ReplayWindow window = new ReplayWindow();
    private final List<Held> held = new ArrayList<>();
    private byte @Nullable [] challenge;
    private long challengedAtNanos;
    private boolean proven;

    /** A session whose key follows from one of the cluster's keys, first met at this time. */
    Session(SessionKeys source, SecretKey key, long nowNanos) {
        this.source = source;
        this.sinceNanos = nowNanos;
        this.key = key;
    }

    /** The cluster's key that it is sealed with. */
    SessionKeys source() {
        return source;
    }

    /** When it was first met. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** How many frames are kept. */
    int held() {
        return held.size();
    }

    /** Decrypts into {@code content}; the length, or -1 when the tag does not fit. */
    int open(byte[] frame, int offset, int length, long counter, byte[] content) {
        return source.open(cipher, key, frame, offset, length, counter, content);
    }

    boolean fresh(long counter) {
        return window.fresh(counter);
    }

    void mark(long counter) {
        window.mark(counter);
    }

    boolean proven() {
        return proven;
    }

    /** Keeps a frame's content; false when there is no more room. */
    boolean hold(long counter, byte[] content, int length) {
        if (held.size() >= MAX_HELD) {
            return false;
        }
        held.add(new Held(counter, java.util.Arrays.copyOf(content, length)));
        return true;
    }

    /** The challenge to send now, or null when one went out less than {@code intervalNanos} ago. */
    byte @Nullable [] challenge(long nowNanos, long intervalNanos, java.util.function.Supplier<byte[]> fresh) {
        byte[] pending = challenge;
        if (pending != null && nowNanos - challengedAtNanos < intervalNanos) {
            return null;
        }
        if (pending == null) {
            pending = fresh.get();
            challenge = pending;
        }
        challengedAtNanos = nowNanos;
        return pending;
    }

    /** Takes an answer; when it is right the session is proven, and what was kept is returned. */
    @Nullable
    List<Held> prove(byte[] answer) {
        byte[] pending = challenge;
        if (proven || pending == null || !java.security.MessageDigest.isEqual(pending, answer)) {
            return null;
        }
        proven = true;
        challenge = null;
        List<Held> released = List.copyOf(held);
        held.clear();
        return released;
    }
}
