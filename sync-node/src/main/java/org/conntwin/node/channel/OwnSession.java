package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** The session in which this node seals what it sends, under one of the cluster's keys. Thread-safe. */
final class OwnSession {
    private final SessionKeys source;
    private final long number;
    private final SecretKey key;
    private final Cipher cipher = SessionKeys.cipher();
    private final ReplayWindow returned = new ReplayWindow();
    private long counter;

    /** The number must be random: with the counter it is the nonce. */
    OwnSession(SessionKeys source, long number) {
        this.source = source;
        this.number = number;
        this.key = source.of(number);
    }

    /** The cluster's key that it seals with. */
    SessionKeys source() {
        return source;
    }

    long number() {
        return number;
    }

    /** What is wrong with a frame of this session that came back; null for a multicast's first return, which is usual. */
    synchronized @Nullable DropCause returned(long count) {
        if (count < 0 || count >= counter) {
            return DropCause.FORGED;
        }
        if (!returned.fresh(count)) {
            return DropCause.REPLAYED;
        }
        returned.mark(count);
        return null;
    }

    /** Writes a sealed frame of this kind; its length. */
    synchronized int seal(byte kind, byte[] content, int offset, int length, byte[] frame) {
        Objects.checkFromIndexSize(SealedGate.OVERHEAD_BYTES, length, frame.length);
        long count = counter++;
        ByteBuffer.wrap(frame)
                .put(Gate.MAGIC_0)
                .put(Gate.MAGIC_1)
                .put(Gate.FRAME_VERSION)
                .put(kind)
                .putLong(number)
                .putLong(count);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, SessionKeys.nonce(count));
            cipher.updateAAD(frame, 0, SealedGate.HEADER_BYTES);
            cipher.updateAAD(source.cluster());
            return SealedGate.HEADER_BYTES + cipher.doFinal(content, offset, length, frame, SealedGate.HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to seal " + length + " bytes", e);
        }
    }
}
