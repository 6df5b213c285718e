package org.conntwin.tracker.userspace.synproxy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all nodes of a cluster derive the keys of their cookies from: nodes with the same secret accept each other's
 * cookies, and who does not have it can neither make nor foretell one. Immutable; never printed.
 */
public final class CookieSecret {
    private static final String HKDF = "HKDF-SHA256";
    private static final byte[] SALT = "conntwin SYN proxy".getBytes(StandardCharsets.US_ASCII);
    /** Two SipHash keys. */
    private static final int KEY_BYTES = 32;

    private final SecretKey extracted;

    private CookieSecret(byte[] material) {
        try {
            extracted = KDF.getInstance(HKDF)
                    .deriveKey(
                            "HmacSHA256",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(material)
                                    .addSalt(SALT)
                                    .extractOnly());
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no " + HKDF, absent);
        }
    }

    /** From a key that the whole cluster has, at least 16 bytes that nobody else knows. */
    public static CookieSecret ofKey(byte[] key) {
        return new CookieSecret(key);
    }

    /**
     * From a name that the whole cluster has: its nodes accept each other's cookies, but whoever knows the name can make
     * cookies, too, and so open connections to the servers from addresses that are not his.
     */
    public static CookieSecret ofName(String name) {
        return new CookieSecret(("a name that anybody may know: " + name).getBytes(StandardCharsets.UTF_8));
    }

    /** One that this process alone has: no other node accepts its cookies. */
    public static CookieSecret random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new CookieSecret(key);
    }

    /** The key bytes of an epoch (RFC 5869, expanded with the epoch's number), {@value #KEY_BYTES} of them. */
    byte[] expanded(long epoch) {
        byte[] info = ("cookies of epoch " + epoch).getBytes(StandardCharsets.US_ASCII);
        try {
            return KDF.getInstance(HKDF)
                    .deriveData(HKDFParameterSpec.expandOnly(
                            new SecretKeySpec(extracted.getEncoded(), "HKDF"), info, KEY_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("cannot derive the keys of an epoch", impossible);
        }
    }
}
