package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.conntwin.node.replication.Verification.Digests;
import org.conntwin.proto.Kind;
import org.junit.jupiter.api.Test;

final class VerificationTest {
    private static final int RUN = 4096;

    private final Verification verification = new Verification();

    private static BitSet bucket(int number) {
        BitSet buckets = new BitSet();
        buckets.set(number);
        return buckets;
    }

    private boolean done() throws InterruptedException {
        verification.finishIfComplete();
        return verification.await(0);
    }

    private void round(int firstRun) {
        for (int first = firstRun; first < Kind.CONNTRACK.buckets(); first += RUN) {
            assertThat(verification.digests(Kind.CONNTRACK, first, RUN)).isEqualTo(Digests.COUNT);
        }
        assertThat(verification.digests(Kind.EXPECTATION, 0, 256)).isEqualTo(Digests.COUNT);
    }

    @Test
    void shouldNotEndBeforeAllDigestsAreThrough() throws InterruptedException {
        assertThat(verification.digests(Kind.CONNTRACK, 0, RUN)).isEqualTo(Digests.COUNT);
        verification.await(Kind.CONNTRACK, bucket(3));
        verification.compared(Kind.CONNTRACK, 3, 2);
        assertThat(done())
                .as("all that was asked for is there, but not all was asked")
                .isFalse();
        round(RUN);
        assertThat(done()).isTrue();
        assertThat(verification.differing()).isEqualTo(2);
    }

    @Test
    void shouldNotCountTheRestOfAnothersRound() throws InterruptedException {
        assertThat(verification.digests(Kind.CONNTRACK, 8192, RUN)).isEqualTo(Digests.IGNORE);
        assertThat(verification.digests(Kind.CONNTRACK, 12288, RUN)).isEqualTo(Digests.IGNORE);
        assertThat(verification.digests(Kind.EXPECTATION, 0, 256)).isEqualTo(Digests.IGNORE);
        assertThat(done()).isFalse();
        round(0);
        assertThat(done()).isTrue();
    }

    @Test
    void shouldAskAgainWhenDigestsWereLost() throws InterruptedException {
        assertThat(verification.digests(Kind.CONNTRACK, 0, RUN)).isEqualTo(Digests.COUNT);
        verification.await(Kind.CONNTRACK, bucket(3));
        verification.compared(Kind.CONNTRACK, 3, 2);
        assertThat(verification.digests(Kind.CONNTRACK, 8192, RUN)).isEqualTo(Digests.ASK_AGAIN);
        assertThat(verification.digests(Kind.CONNTRACK, 12288, RUN)).isEqualTo(Digests.IGNORE);
        assertThat(verification.digests(Kind.EXPECTATION, 0, 256)).isEqualTo(Digests.IGNORE);
        round(0);
        assertThat(done()).isTrue();
        assertThat(verification.differing()).as("counted anew").isZero();
    }

    @Test
    void shouldBeginAnewWhenNothingComes() throws InterruptedException {
        assertThat(verification.beginsAnew()).as("the first digests were lost").isTrue();
        assertThat(verification.digests(Kind.CONNTRACK, RUN, RUN)).isEqualTo(Digests.IGNORE);
        assertThat(verification.beginsAnew())
                .as("only digests that do not count came")
                .isTrue();
        round(0);
        verification.await(Kind.CONNTRACK, bucket(3));
        assertThat(verification.beginsAnew()).as("digests came").isFalse();
        assertThat(verification.beginsAnew()).as("the bucket was lost").isTrue();
        round(0);
        assertThat(done()).isTrue();
        assertThat(verification.beginsAnew()).as("it is over").isFalse();
    }

    @Test
    void shouldCountABucketOnce() throws InterruptedException {
        verification.compared(Kind.CONNTRACK, 3, 9);
        round(0);
        verification.await(Kind.CONNTRACK, bucket(3));
        verification.await(Kind.EXPECTATION, bucket(4));
        assertThat(verification.digests(Kind.CONNTRACK, 0, RUN))
                .as("another's round")
                .isEqualTo(Digests.IGNORE);
        verification.compared(Kind.CONNTRACK, 3, 2);
        verification.compared(Kind.CONNTRACK, 3, 2);
        verification.compared(Kind.CONNTRACK, 5, 2);
        assertThat(done()).isFalse();
        verification.compared(Kind.EXPECTATION, 4, 1);
        assertThat(done()).isTrue();
        assertThat(verification.differing()).isEqualTo(3);
    }
}
