package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * SYN cookies (Bernstein, 1996; laid out as in Linux): an initial sequence number from which the ACK that answers it
 * shows that its sender got it, and what maximum segment size its SYN announced. A cookie is
 * {@code fixed + sequence + (minute << 24) + ((timed + index) & 0xffffff)}, both parts keyed hashes of addresses and
 * ports. Beyond Linux the index counts by two, so that a probe, whose sequence number is one lower, is told from an ACK;
 * and a cookie from the minute to come is accepted, as clocks of a cluster differ. Not thread-safe; nothing allocates
 * but a key an epoch.
 */
final class Cookies {
    /** No cookie of ours. */
    static final int INVALID = 0;

    /** Minutes that a cookie is accepted after the one in which it was made. */
    static final int OLDER_MINUTES = 1;

    private static final int MINUTE_SHIFT = 24;
    private static final int INDEX_MASK = (1 << MINUTE_SHIFT) - 1;
    private static final int[] IPV4_SIZES = {536, 1300, 1440, 1460};
    private static final int[] IPV6_SIZES = {1220, 1420, 1440, 8940};

    private final CookieKeys keys;
    private final SipHash hash = new SipHash();

    Cookies(CookieSecret secret) {
        keys = new CookieKeys(secret);
    }

    /**
     * The cookie that answers a SYN.
     *
     * @param syn its tuple, keys included
     * @param sequence its sequence number
     * @param size the maximum segment size that it announced; 0 for none
     * @param minute minutes since 1970
     */
    int make(TupleKey syn, int sequence, int size, long minute) {
        CookieKeys.Key key = keys.of(minute);
        int[] sizes = sizes(syn);
        int index = sizes.length - 1;
        while (index > 0 && size < sizes[index]) {
            index--;
        }
        return fixed(key, syn)
                + sequence
                + ((int) minute << MINUTE_SHIFT)
                + ((timed(key, syn, minute) + 2 * index) & INDEX_MASK);
    }

    /**
     * What an ACK's cookie says.
     *
     * @param ack its tuple, keys included
     * @param sequence its sequence number
     * @param acknowledgment its acknowledgement number
     * @param minute minutes since 1970, now
     * @return the maximum segment size, negative when the ACK is a probe whose sequence number is one lower than it
     *     would be; {@link #INVALID} when it answers no cookie of the last minutes
     */
    int check(TupleKey ack, int sequence, int acknowledgment, long minute) {
        int cookie = acknowledgment - 1 - (sequence - 1);
        int[] sizes = sizes(ack);
        for (long made = minute + 1; made >= minute - OLDER_MINUTES; made--) {
            CookieKeys.Key key = keys.of(made);
            int rest = cookie - fixed(key, ack);
            if (rest >>> MINUTE_SHIFT == (made & 0xff)) {
                int index = (rest - timed(key, ack, made)) & INDEX_MASK;
                if (index < 2 * sizes.length) {
                    return (index & 1) == 0 ? sizes[index >> 1] : -sizes[index >> 1];
                }
            }
        }
        return INVALID;
    }

    private static int[] sizes(TupleKey key) {
        return key.family == Family.IPV4 ? IPV4_SIZES : IPV6_SIZES;
    }

    private int fixed(CookieKeys.Key key, TupleKey tuple) {
        return hashed(key.fixed0, key.fixed1, tuple, 0);
    }

    private int timed(CookieKeys.Key key, TupleKey tuple, long minute) {
        return hashed(key.timed0, key.timed1, tuple, minute);
    }

    private int hashed(long k0, long k1, TupleKey tuple, long minute) {
        long last = Integer.toUnsignedLong(tuple.keys) << Integer.SIZE | minute & 0xffff_ffffL;
        return (int)
                (tuple.family == Family.IPV4
                        ? hash.of(k0, k1, tuple.sourceLow << Integer.SIZE | tuple.destinationLow, last)
                        : hash.of(
                                k0,
                                k1,
                                tuple.sourceHigh,
                                tuple.sourceLow,
                                tuple.destinationHigh,
                                tuple.destinationLow,
                                last));
    }
}
