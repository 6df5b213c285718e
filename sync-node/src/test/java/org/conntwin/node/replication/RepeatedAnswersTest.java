package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.SteppedClock;
import org.conntwin.proto.BatchWriter;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.MessageCodec;
import org.conntwin.proto.SyncMessage;
import org.conntwin.proto.WireBuffer;
import org.junit.jupiter.api.Test;

/** An origin learns what was applied also where answers are lost. */
final class RepeatedAnswersTest {
    private final SteppedClock clock = new SteppedClock();
    private final TwinReceiver receiver = new TwinReceiver(
            Objects.requireNonNull(new ExternalCache(clock, 10, false).twin("fw1")),
            new TwinReceiver.Replies() {
                @Override
                public void send(SyncMessage message) {}

                @Override
                public void heartbeat(Heartbeat heartbeat) {}
            },
            new ReceiveCounters(),
            clock);

    private void piece(long sequence) throws MalformedWireException {
        WireBuffer buffer = new WireBuffer(1024);
        BatchWriter writer = new BatchWriter(buffer);
        writer.begin(1000, sequence);
        byte[] record = Flows.record(Flows.flow((int) sequence));
        writer.record(Kind.CONNTRACK, record, 0, record.length);
        writer.end();
        byte[] bytes = buffer.copy();
        if (MessageCodec.decode(bytes, 0, bytes.length) instanceof SyncMessage.Batch batch) {
            receiver.piece(batch, bytes);
        }
    }

    private int answers(int ticks) {
        int answers = 0;
        for (int tick = 0; tick < ticks; tick++) {
            SyncMessage.Progress progress = receiver.progressOfTick(false);
            if (progress != null) {
                assertThat(progress.sequence()).isEqualTo(receiver.applied());
                answers++;
            }
        }
        return answers;
    }

    @Test
    void shouldRepeatTheLastAnswerThreeTimes() throws MalformedWireException {
        piece(1);
        assertThat(answers(10)).isEqualTo(4);
        assertThat(receiver.progressOfTick(true)).as("in any case").isNotNull();
        assertThat(answers(10)).isZero();
    }

    @Test
    void shouldRepeatAlsoWhatWasAnsweredAtOnce() throws MalformedWireException {
        piece(1);
        assertThat(receiver.progress()).isNotNull();
        assertThat(receiver.progress()).isNull();
        assertThat(answers(10)).isEqualTo(4);
        piece(2);
        assertThat(answers(2)).isEqualTo(2);
        piece(3);
        assertThat(answers(10)).isEqualTo(4);
    }
}
