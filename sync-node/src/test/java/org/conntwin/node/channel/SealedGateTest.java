package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealedGateTest {
    /** One end: a gate, what it let in, and what it answered. */
    private static final class End implements Gate.Peer {
        final Drops drops = new Drops(System::nanoTime);
        final Gate gate;
        final List<String> inside = new ArrayList<>();
        final List<byte[]> answers = new ArrayList<>();

        End(int key, String cluster) {
            this(List.of(TestNode.key(key)), cluster);
        }

        End(List<byte[]> keys, String cluster) {
            gate = new SealedGate(keys, cluster, drops, System::nanoTime);
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
        meet();
    }

    @Test
    void shouldIgnoreItsOwnFrames() {
        assertThat(a.take(a.seal("mine"))).isEqualTo(Gate.Outcome.IGNORED);
        assertThat(a.inside).isEmpty();
    }

    @Test
    void shouldForgetTheSessionUnusedLongestAndLearnItAgain() {
        meet();
        for (int i = 0; i < SealedGate.MAX_PROVEN; i++) {
            End other = new End(7, "edge");
            b.take(other.seal("x"));
            b.settleWith(other);
        }
        b.inside.clear();
        assertThat(b.take(a.seal("back"))).isEqualTo(Gate.Outcome.HELD);
        b.settleWith(a);
        assertThat(b.inside).containsExactly("back");
    }
}
