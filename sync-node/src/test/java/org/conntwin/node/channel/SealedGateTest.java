package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SealedGateTest {
    /** One end: a gate, what it let in, and what it answered. */
    private static final class End implements Gate.Peer {
        final AtomicLong nanos = new AtomicLong();
        final Drops drops = new Drops(System::nanoTime);
        final Keyring keyring;
        final Gate gate;
        final List<String> inside = new ArrayList<>();
        final List<byte[]> answers = new ArrayList<>();
        int host;

        End(int key, String cluster) {
            this(List.of(TestNode.key(key)), cluster);
        }

        End(List<byte[]> keys, String cluster) {
            keyring = Keyring.of(keys);
            gate = new SealedGate(keyring, cluster, drops, nanos::get);
        }

        byte[] seal(String text) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            byte[] frame = new byte[content.length + gate.overheadBytes()];
            assertThat(gate.wrap(content, 0, content.length, frame)).isEqualTo(frame.length);
            return frame;
        }

        Gate.Outcome take(byte[] frame) {
            return gate.arrived(
                    frame,
                    0,
                    frame.length,
                    this,
                    (content, at, size) -> inside.add(new String(content, at, size, StandardCharsets.UTF_8)));
        }

        @Override
        public void reply(byte[] frame, int length) {
            answers.add(Arrays.copyOf(frame, length));
        }

        @Override
        public int host() {
            return host;
        }

        /** Passes this end's answers to the other until both are silent. */
        void settleWith(End other) {
            while (!answers.isEmpty() || !other.answers.isEmpty()) {
                List<byte[]> mine = List.copyOf(answers);
                answers.clear();
                List<byte[]> theirs = List.copyOf(other.answers);
                other.answers.clear();
                mine.forEach(other::take);
                theirs.forEach(this::take);
            }
        }
    }

    @Test
    void shouldHearItsPeerAgainWhenAKeyThatWasTakenAwayIsBack() {
        byte[] right = TestNode.key(7);
        End mistaken = new End(List.of(right), "edge");
        End peer = new End(List.of(right), "edge");
        for (int round = 0; round < 3; round++) {
            for (List<End> way : List.of(List.of(mistaken, peer), List.of(peer, mistaken))) {
                way.getLast().take(way.getFirst().seal("well"));
                way.getLast().settleWith(way.getFirst());
                assertThat(way.getLast().inside).containsExactly("well");
                way.getLast().inside.clear();
            }
            mistaken.keyring.replace(List.of(TestNode.key(8)));
            assertThat(peer.take(mistaken.seal("wrong"))).isEqualTo(Gate.Outcome.DROPPED);
            assertThat(mistaken.take(peer.seal("unheard"))).isEqualTo(Gate.Outcome.DROPPED);
            mistaken.keyring.replace(List.of(right));
        }
    }

    @Test
    void shouldAcceptEveryKeyOfItsOwnAndSealWithTheFirst() {
        byte[] before = TestNode.key(7);
        byte[] after = TestNode.key(8);
        End old = new End(List.of(before), "edge");
        End half = new End(List.of(before, after), "edge");
        End turned = new End(List.of(after, before), "edge");
        End done = new End(List.of(after), "edge");
        for (List<End> pair : List.of(List.of(old, half), List.of(half, turned), List.of(turned, done))) {
            for (List<End> way : List.of(pair, pair.reversed())) {
                way.getLast().take(way.getFirst().seal("in between"));
                way.getLast().settleWith(way.getFirst());
                assertThat(way.getLast().inside).containsExactly("in between");
                way.getLast().inside.clear();
            }
        }
        assertThat(done.take(old.seal("too old"))).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(old.take(turned.seal("too new"))).isEqualTo(Gate.Outcome.DROPPED);
    }

    @Test
    void shouldTurnToAnotherKeyWhileItRunsWithoutLosingAFrame() {
        byte[] before = TestNode.key(7);
        byte[] after = TestNode.key(8);
        meet();
        int sent = 0;
        for (List<byte[]> keys : List.of(List.of(before, after), List.of(after, before), List.of(after))) {
            for (End turning : List.of(a, b)) {
                turning.keyring.replace(keys);
                for (List<End> way : List.of(List.of(a, b), List.of(b, a))) {
                    String text = "frame " + sent++;
                    way.getLast().take(way.getFirst().seal(text));
                    way.getLast().settleWith(way.getFirst());
                    assertThat(way.getLast().inside).containsExactly(text);
                    way.getLast().inside.clear();
                }
            }
        }
        assertThat(a.drops.count(DropCause.FORGED)).isZero();
        assertThat(b.drops.count(DropCause.FORGED)).isZero();
    }

    @Test
    void shouldHearNobodyAnyMoreWhoseKeyWasTakenAway() {
        meet();
        byte[] own = b.seal("own, of before");
        b.keyring.replace(List.of(TestNode.key(8)));
        assertThat(b.take(a.seal("with the old key"))).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.drops.count(DropCause.FORGED)).isEqualTo(1);
        assertThat(b.take(b.seal("own"))).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(b.take(own)).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(b.inside).isEmpty();
    }

    @Test
    void shouldCountWhatItKeptForSendersThatNeverProvedThemselves() {
        for (int i = 0; i < 5; i++) {
            assertThat(b.take(a.seal("recorded"))).isEqualTo(Gate.Outcome.HELD);
        }
        b.nanos.addAndGet(1_999_000_000L);
        assertThat(b.drops.count(DropCause.UNPROVEN)).isZero();
        b.nanos.addAndGet(2_000_000L);
        assertThat(b.drops.count(DropCause.UNPROVEN)).isEqualTo(5);
        for (int i = 0; i <= PeerSessions.MAX_PENDING; i++) {
            b.take(new End(7, "edge").seal("recorded"));
        }
        assertThat(b.drops.count(DropCause.UNPROVEN)).isEqualTo(6);
    }

    @Test
    void shouldCountAnswersThatNobodyWaitsFor() {
        End c = new End(7, "edge");
        c.take(a.seal("x"));
        byte[] challenge = c.answers.getFirst();
        for (int i = 0; i < 100; i++) {
            a.host = i % 4; // no host asks too often
            a.take(challenge); // of one session, so all with the same counter: a question may be repeated
        }
        assertThat(a.answers.size()).isEqualTo(64);
        assertThat(a.drops.count(DropCause.STALE_ANSWER)).isEqualTo(36);
        assertThat(c.take(a.answers.getFirst())).isEqualTo(Gate.Outcome.ACCEPTED);
        assertThat(c.take(a.answers.getLast())).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(c.drops.count(DropCause.STALE_ANSWER)).isEqualTo(1);
    }

    private final End a = new End(7, "edge");
    private final End b = new End(7, "edge");

    private void meet() {
        b.take(a.seal("first"));
        b.settleWith(a);
        assertThat(b.inside).containsExactly("first");
        b.inside.clear();
    }

    @Test
    void shouldKeepTheFirstFramesUntilTheSenderHasProvenItself() {
        assertThat(b.take(a.seal("one"))).isEqualTo(Gate.Outcome.HELD);
        assertThat(b.take(a.seal("two"))).isEqualTo(Gate.Outcome.HELD);
        assertThat(b.inside).isEmpty();
        b.settleWith(a);
        assertThat(b.take(a.seal("three"))).isEqualTo(Gate.Outcome.ACCEPTED);
        assertThat(b.inside).containsExactly("one", "two", "three");
    }

    @Test
    void shouldNeverDeliverARecordingToANodeThatStartedLater() {
        List<byte[]> recording = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            recording.add(a.seal("old " + i));
        }
        b.take(recording.getFirst());
        List<byte[]> challenge = List.copyOf(b.answers);
        challenge.forEach(a::take);
        recording.addAll(a.answers); // the proof of then is part of the recording
        End later = new End(7, "edge");
        recording.forEach(later::take);
        assertThat(later.inside).isEmpty();
        assertThat(later.drops.count(DropCause.UNPROVEN)).isEqualTo(100 - Session.MAX_HELD);
    }

    @Test
    void shouldCountReplays() {
        meet();
        byte[] frame = a.seal("once");
        assertThat(b.take(frame)).isEqualTo(Gate.Outcome.ACCEPTED);
        assertThat(b.take(frame)).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.inside).containsExactly("once");
        assertThat(b.drops.count(DropCause.REPLAYED)).isEqualTo(1);
    }

    @Test
    void shouldAcceptFramesThatOvertakeEachOther() {
        meet();
        byte[] early = a.seal("early");
        byte[] late = a.seal("late");
        b.take(late);
        b.take(early);
        assertThat(b.inside).containsExactly("late", "early");
    }

    @Test
    void shouldDropEveryFlippedBitAndEveryCut() {
        meet();
        byte[] frame = a.seal("a message of some length");
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] changed = frame.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(b.take(changed)).as("bit %d", bit).isNotEqualTo(Gate.Outcome.ACCEPTED);
        }
        for (int length = 0; length < frame.length; length++) {
            assertThat(b.take(Arrays.copyOf(frame, length))).isEqualTo(Gate.Outcome.DROPPED);
        }
        assertThat(b.take(Arrays.copyOf(frame, frame.length + 1))).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.inside).isEmpty();
        assertThat(b.take(frame)).isEqualTo(Gate.Outcome.ACCEPTED);
        assertThat(b.drops.count(DropCause.FORGED)).isPositive();
        assertThat(b.drops.count(DropCause.VERSION)).isEqualTo(8);
        assertThat(b.drops.count(DropCause.NOT_SEALED)).isPositive();
        assertThat(b.drops.count(DropCause.TRUNCATED)).isEqualTo(SealedGate.OVERHEAD_BYTES);
    }

    @Test
    void shouldSurviveRandomBytesAndOtherKeysAndClusters() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && random.nextBoolean()) {
                bytes[0] = 'c';
                bytes[1] = 't';
                bytes[2] = 1;
                bytes[3] = (byte) random.nextInt(5);
            }
            assertThat(b.take(bytes)).isEqualTo(Gate.Outcome.DROPPED);
        }
        assertThat(b.take(new End(8, "edge").seal("other key"))).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.take(new End(7, "core").seal("other cluster"))).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.take(new byte[Gate.MAX_FRAME_BYTES + 1])).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(b.drops.count(DropCause.OVERSIZED)).isEqualTo(1);
        assertThat(b.inside).isEmpty();
        assertThat(b.answers).isEmpty();
        b.nanos.addAndGet(100_000_000L);
        meet();
    }

    @Test
    void shouldIgnoreItsOwnFrames() {
        byte[] mine = a.seal("mine");
        assertThat(a.take(mine)).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(a.take(mine)).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(a.drops.count(DropCause.REPLAYED)).isEqualTo(1);
        byte[] neverSent = mine.clone();
        neverSent[19]++;
        assertThat(a.take(neverSent)).isEqualTo(Gate.Outcome.DROPPED);
        assertThat(a.drops.count(DropCause.FORGED)).isEqualTo(1);
        assertThat(a.inside).isEmpty();
    }

    @Test
    void shouldLookAtSoManyStrangersFromAHostAndAtEveryKnownPeer() {
        meet();
        End late = new End(7, "edge");
        assertThat(b.take(late.seal("waits"))).isEqualTo(Gate.Outcome.HELD);
        for (int i = 0; i < 100; i++) {
            assertThat(b.take(new End(8, "edge").seal("forged"))).isEqualTo(Gate.Outcome.DROPPED);
        }
        assertThat(b.drops.count(DropCause.FORGED)).isEqualTo(32 - 2);
        assertThat(b.drops.count(DropCause.TOO_MANY_SENDERS)).isEqualTo(70);
        assertThat(b.take(a.seal("known"))).isEqualTo(Gate.Outcome.ACCEPTED);
        b.settleWith(late);
        assertThat(b.inside).containsExactly("known", "waits");
        b.host = 1;
        assertThat(b.take(new End(7, "edge").seal("from another host"))).isEqualTo(Gate.Outcome.HELD);
        b.host = 0;
        End next = new End(7, "edge");
        assertThat(b.take(next.seal("too early"))).isEqualTo(Gate.Outcome.DROPPED);
        b.nanos.addAndGet(100_000_000L);
        assertThat(b.take(next.seal("in time"))).isEqualTo(Gate.Outcome.HELD);
    }

    @Test
    void shouldKnowItsLastSessionsOnly() {
        List<byte[]> own = new ArrayList<>();
        for (int turn = 0; turn < 9; turn++) {
            int first = 7 + turn % 2;
            a.keyring.replace(List.of(TestNode.key(first), TestNode.key(15 - first)));
            own.add(a.seal("own"));
        }
        assertThat(a.take(own.get(1))).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(a.take(own.get(0))).as("as a stranger's, who proves nothing").isEqualTo(Gate.Outcome.HELD);
    }

    @Test
    void shouldForgetTheSessionUnusedLongestAndLearnItAgain() {
        meet();
        for (int i = 0; i < PeerSessions.MAX_PROVEN; i++) {
            End other = new End(7, "edge");
            b.nanos.addAndGet(10_000_000L);
            b.take(other.seal("x"));
            b.settleWith(other);
        }
        b.inside.clear();
        assertThat(b.take(a.seal("back"))).isEqualTo(Gate.Outcome.HELD);
        b.settleWith(a);
        assertThat(b.inside).containsExactly("back");
    }
}
