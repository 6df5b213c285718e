package org.conntwin.node.channel;

import java.util.List;

/**
 * The cluster keys that a channel uses, 32 bytes each: the first one seals what this node sends, what any of them sealed
 * is accepted. They may be replaced while the channel runs. Thread-safe.
 */
public final class Keyring {
    /** What is used between two replacements. */
    record Edition(int number, List<byte[]> keys) {}

    private volatile Edition edition;

    private Keyring(List<byte[]> keys) {
        this.edition = new Edition(0, checked(keys));
    }

    /** No keys, for good: nothing is encrypted or authenticated ("insecure"). */
    public static Keyring none() {
        return new Keyring(List.of());
    }

    /** These keys for a start; the arrays are not copied. Empty as {@link #none}. */
    public static Keyring of(List<byte[]> keys) {
        return new Keyring(keys);
    }

    private static List<byte[]> checked(List<byte[]> keys) {
        for (byte[] key : keys) {
            if (key.length != SessionKeys.KEY_BYTES) {
                throw new IllegalArgumentException("a key of " + key.length + " bytes");
            }
        }
        return List.copyOf(keys);
    }

    /**
     * Takes other keys from now on. What was sealed with a key that is not among them is accepted no more.
     *
     * @throws IllegalArgumentException when a channel with keys would get none, or one without some
     */
    public synchronized void replace(List<byte[]> others) {
        if (others.isEmpty() != isEmpty()) {
            throw new IllegalArgumentException("keys cannot come or go while the channel runs");
        }
        edition = new Edition(edition.number() + 1, checked(others));
    }

    /** Whether there are none. */
    boolean isEmpty() {
        return edition.keys().isEmpty();
    }

    /** The keys now. */
    Edition now() {
        return edition;
    }
}
