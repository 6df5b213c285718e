package org.conntwin.tracker.userspace.synproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

/** Cookies: what they say, how long they are good for, and that others are not accepted. */
class CookiesTest {
    private static final long MINUTE = 29_000_000;

    private final CookieSecret secret =
            CookieSecret.ofKey(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    private final Cookies cookies = new Cookies(secret);
    private final SplittableRandom random = new SplittableRandom(1);

    private TupleKey any(Family family) {
        TupleKey key = new TupleKey();
        key.family = family;
        key.sourceLow = random.nextInt() & 0xffff_ffffL;
        key.destinationLow = random.nextInt() & 0xffff_ffffL;
        if (family == Family.IPV6) {
            key.sourceHigh = random.nextLong();
            key.destinationHigh = random.nextLong();
        }
        key.keys = random.nextInt();
        return key;
    }

    @Test
    void aCookieSaysTheSizeForEverySequenceNumberAndMinute() {
        for (int i = 0; i < 20_000; i++) {
            Family family = i % 2 == 0 ? Family.IPV4 : Family.IPV6;
            TupleKey key = any(family);
            int sequence = random.nextInt();
            long minute = MINUTE + random.nextInt(100_000);
            int cookie = cookies.make(key, sequence, 1450, minute);
            int size = 1440;
            assertThat(cookies.check(key, sequence + 1, cookie + 1, minute)).isEqualTo(size);
            assertThat(cookies.check(key, sequence + 1, cookie + 1, minute + 1)).isEqualTo(size);
            assertThat(cookies.check(key, sequence + 1, cookie + 1, minute - 1)).isEqualTo(size);
            assertThat(cookies.check(key, sequence, cookie + 1, minute)).isEqualTo(-size);
        }
    }

    @Test
    void aCookieOfTwoMinutesAgoOrAheadIsNone() {
        int wrong = 0;
        for (int i = 0; i < 10_000; i++) {
            TupleKey key = any(Family.IPV4);
            int cookie = cookies.make(key, 7, 1460, MINUTE);
            wrong += cookies.check(key, 8, cookie + 1, MINUTE + 2) == Cookies.INVALID ? 0 : 1;
            wrong += cookies.check(key, 8, cookie + 1, MINUTE - 2) == Cookies.INVALID ? 0 : 1;
        }
        assertThat(wrong).isZero();
    }

    @Test
    void guessesAreNotAccepted() {
        int accepted = 0;
        TupleKey key = any(Family.IPV4);
        for (int i = 0; i < 1_000_000; i++) {
            accepted += cookies.check(key, random.nextInt(), random.nextInt(), MINUTE) == Cookies.INVALID ? 0 : 1;
        }
        // 3 minutes of 256 times 8 values of 2^24: one of 180 million.
        assertThat(accepted).isLessThanOrEqualTo(1);
    }

    @Test
    void nodesOfOneSecretAcceptEachOthersCookiesAndOthersDoNot() {
        Cookies same =
                new Cookies(CookieSecret.ofKey(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
        Cookies other = new Cookies(CookieSecret.ofName("edge"));
        Cookies alone = new Cookies(CookieSecret.random());
        TupleKey key = any(Family.IPV4);
        int cookie = cookies.make(key, 7, 1460, MINUTE);
        assertThat(same.check(key, 8, cookie + 1, MINUTE)).isEqualTo(1460);
        assertThat(other.check(key, 8, cookie + 1, MINUTE)).isEqualTo(Cookies.INVALID);
        assertThat(alone.check(key, 8, cookie + 1, MINUTE)).isEqualTo(Cookies.INVALID);
        int named = other.make(key, 7, 1460, MINUTE);
        assertThat(new Cookies(CookieSecret.ofName("edge")).check(key, 8, named + 1, MINUTE))
                .isEqualTo(1460);
    }

    @Test
    void keysChangeWithTheEpoch() {
        CookieKeys keys = new CookieKeys(secret);
        CookieKeys.Key before = keys.of(59);
        CookieKeys.Key after = keys.of(60);
        assertThat(after.fixed0).isNotEqualTo(before.fixed0);
        assertThat(after.timed1).isNotEqualTo(before.timed1);
        assertThat(keys.of(59)).isSameAs(before);
        assertThat(keys.of(60)).isSameAs(after);
    }
}
