package org.conntwin.tracker.userspace.synproxy;

import java.nio.ByteBuffer;

/**
 * The keys of cookies, which change with the wall clock. A cookie is checked with the key of the minute in which it was
 * made, so the one before is accepted as long as cookies made with it are. Not thread-safe.
 */
final class CookieKeys {
    /** Minutes that a key is in use. */
    static final int EPOCH_MINUTES = 60;

    private final CookieSecret secret;
    private Key current;
    private Key other;

    CookieKeys(CookieSecret secret) {
        this.secret = secret;
        current = new Key(secret, 0);
        other = current;
    }

    /** Two SipHash keys: of the part of a cookie that stays, and of the part that changes with the minute. */
    static final class Key {
        final long epoch;
        final long fixed0;
        final long fixed1;
        final long timed0;
        final long timed1;

        Key(CookieSecret secret, long epoch) {
            ByteBuffer bytes = ByteBuffer.wrap(secret.expanded(epoch));
            this.epoch = epoch;
            fixed0 = bytes.getLong();
            fixed1 = bytes.getLong();
            timed0 = bytes.getLong();
            timed1 = bytes.getLong();
        }
    }

    /** The key of a minute since 1970. Made when a new epoch is met; around its beginning both are kept. */
    Key of(long minute) {
        long epoch = Math.floorDiv(minute, EPOCH_MINUTES);
        if (current.epoch == epoch) {
            return current;
        }
        Key found = other.epoch == epoch ? other : new Key(secret, epoch);
        other = current;
        current = found;
        return found;
    }
}
