package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives one AES-256 key for each sender and start from the cluster key (HKDF with SHA-256), so that a nonce made of a
 * session's counter is never used twice under one key, whoever sends and however often it restarts.
 */
final class SessionKeys {
    static final int KEY_BYTES = 32;
    static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final String PURPOSE = "conntwin channel 1 ";

    private final byte[] clusterKey;
    private final SecretKey extracted;
    private final byte[] cluster;

    SessionKeys(byte[] clusterKey, String cluster) {
        this.clusterKey = clusterKey.clone();
        this.cluster = cluster.getBytes(StandardCharsets.UTF_8);
        try {
            this.extracted = kdf().deriveKey(
                            "HKDF",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(new SecretKeySpec(clusterKey, "HKDF"))
                                    .addSalt(PURPOSE.getBytes(StandardCharsets.UTF_8))
                                    .extractOnly());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks HKDF-SHA256", e);
        }
    }

    private static KDF kdf() throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256");
    }

    /** Whether it is this cluster key that keys are derived from. */
    boolean from(byte[] other) {
        return MessageDigest.isEqual(clusterKey, other);
    }

    /** The key of one session. */
    SecretKey of(long session) {
        byte[] info = ByteBuffer.allocate(Long.BYTES + cluster.length)
                .putLong(session)
                .put(cluster)
                .array();
        try {
            return kdf().deriveKey("AES", HKDFParameterSpec.expandOnly(extracted, info, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 gives no AES key", e);
        }
    }

    /** The cluster's name, part of what every tag covers. */
    byte[] cluster() {
        return cluster;
    }

    /** A cipher for one thread at a time. */
    static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks AES/GCM/NoPadding", e);
        }
    }

    /** Decrypts a frame into {@code content} with the key of its session; the length, or -1 when the tag does not fit. */
    int open(Cipher cipher, SecretKey key, byte[] frame, int offset, int length, long counter, byte[] content) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(counter));
            cipher.updateAAD(frame, offset, SealedGate.HEADER_BYTES);
            cipher.updateAAD(cluster);
            return cipher.doFinal(
                    frame, offset + SealedGate.HEADER_BYTES, length - SealedGate.HEADER_BYTES, content, 0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused a frame of " + length + " bytes", e);
        }
    }

    /** The nonce of a counter: four zero bytes and the counter. */
    static GCMParameterSpec nonce(long counter) {
        return new GCMParameterSpec(
                TAG_BYTES * Byte.SIZE,
                ByteBuffer.allocate(NONCE_BYTES)
                        .putLong(NONCE_BYTES - Long.BYTES, counter)
                        .array());
    }
}
