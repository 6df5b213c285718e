package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
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

    private final SecretKey extracted;
    private final byte[] cluster;

    SessionKeys(byte[] clusterKey, String cluster) {
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

    /** The nonce of a counter: four zero bytes and the counter. */
    static GCMParameterSpec nonce(long counter) {
        return new GCMParameterSpec(
                TAG_BYTES * Byte.SIZE,
                ByteBuffer.allocate(NONCE_BYTES)
                        .putLong(NONCE_BYTES - Long.BYTES, counter)
                        .array());
    }
}
