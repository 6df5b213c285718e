package org.conntwin.tracker.ctnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

/** A decoder answers with a record or with null: an exception fails these tests by itself. */
class MalformedMessageTest {
    private static final int RANDOM_CASES = 100_000;
    private static final int UNHEARD_OF = 77;

    private final RandomEntries entries = new RandomEntries(3);
    private final Random random = new Random(5);
    private final UnknownAttributes unknown = new UnknownAttributes();

    @Test
    void messagesCutShortAnywhereAreSurvived() {
        for (int i = 0; i < 200; i++) {
            EncodedMessage entry = conntrackMessage();
            EncodedMessage expectation = expectationMessage();
            for (int length = EncodedMessage.BODY; length < entry.length(); length++) {
                entry.cut(length).conntrack(unknown);
            }
            for (int length = EncodedMessage.BODY; length < expectation.length(); length++) {
                expectation.cut(length).expectation(unknown);
            }
        }
    }

    @Test
    void aMessageThatEndsWithinItsTupleIsNone() {
        EncodedMessage entry = conntrackMessage();
        int tuple = Netlink.hostShort(entry.bytes(), EncodedMessage.BODY);

        for (int length = EncodedMessage.BODY; length < EncodedMessage.BODY + tuple; length++) {
            assertThat(entry.cut(length).conntrack(unknown)).isNull();
        }
    }

    @Test
    void lyingLengthsAndBentBytesAreSurvived() {
        for (int i = 0; i < RANDOM_CASES; i++) {
            EncodedMessage entry = bent(conntrackMessage());
            EncodedMessage expectation = bent(expectationMessage());
            entry.conntrack(unknown);
            entry.expectation(unknown);
            expectation.expectation(unknown);
            expectation.conntrack(unknown);
        }
    }

    private EncodedMessage bent(EncodedMessage message) {
        ByteBuffer bytes = message.copy().bytes();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = EncodedMessage.BODY + random.nextInt(bytes.capacity() - EncodedMessage.BODY - 3);
            if (random.nextBoolean()) {
                bytes.put(at, (byte) random.nextInt());
            } else {
                // Most aligned words begin with the length of an attribute.
                Netlink.hostShort(bytes, at & ~3, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(64));
            }
        }
        return new EncodedMessage(bytes);
    }

    @Test
    void randomBytesAreSurvived() {
        for (int i = 0; i < RANDOM_CASES; i++) {
            byte[] bytes = new byte[EncodedMessage.BODY + random.nextInt(300)];
            random.nextBytes(bytes);
            if (random.nextBoolean() && bytes.length > EncodedMessage.BODY + 8) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                Netlink.hostShort(buffer, EncodedMessage.BODY, bytes.length - EncodedMessage.BODY);
                Netlink.hostShort(buffer, EncodedMessage.BODY + 2, random.nextInt(28));
            }
            EncodedMessage message = new EncodedMessage(ByteBuffer.wrap(bytes));
            message.conntrack(unknown);
            message.expectation(unknown);
        }
    }

    @Test
    void valuesShorterThanTheirTypeAreRefused() {
        for (int type : new int[] {Ctnetlink.STATUS, Ctnetlink.TIMEOUT, Ctnetlink.MARK, Ctnetlink.ID, Ctnetlink.ZONE}) {
            EncodedMessage message = withExtra(out -> out.put8(type, 1));
            assertThat(message.conntrack(unknown)).isNull();
        }
    }

    @Test
    void aMessageWithoutATupleIsNone() {
        EncodedMessage message = EncodedMessage.of(out -> {
            out.begin(0x100, 0, 0, 2, 0);
            out.put32(Ctnetlink.MARK, 5);
            out.end();
        });

        assertThat(message.conntrack(unknown)).isNull();
        assertThat(message.expectation(unknown)).isNull();
    }

    @Test
    void attributesOfANewerKernelAreCountedAndTheRestIsRead() {
        Conntrack entry = entries.entry();
        EncodedMessage message = EncodedMessage.of(out -> {
            ConntrackEncoder.delete(out, 1, entry);
            out.put32(UNHEARD_OF, 1);
            int tcp = out.beginNest(Ctnetlink.PROTOINFO);
            out.put8(UNHEARD_OF, 1);
            out.endNest(tcp);
            int tuple = out.beginNest(Ctnetlink.TUPLE_MASTER);
            out.put8(UNHEARD_OF, 1);
            out.endNest(tuple);
            out.put32(Ctnetlink.MARK, 4711);
            out.end();
        });
        Conntrack read = message.conntrack(unknown);

        assertThat(unknown.total()).isEqualTo(3);
        assertThat(read).isNotNull().extracting(Conntrack::mark).isEqualTo(4711);
    }

    @Test
    void attributesOfANewerKernelInAnExpectationAreCountedAndTheRestIsRead() {
        Expectation expectation = entries.expectation();
        EncodedMessage message = EncodedMessage.of(out -> {
            ExpectationEncoder.insert(out, 1, expectation);
            out.put32(UNHEARD_OF, 1);
            out.end();
        });

        assertThat(message.expectation(unknown)).isEqualTo(expectation);
        assertThat(unknown.total()).isEqualTo(1);
    }

    private EncodedMessage conntrackMessage() {
        Conntrack entry = entries.entry();
        return EncodedMessage.of(out -> ConntrackEncoder.insert(out, 7, entry));
    }

    private EncodedMessage expectationMessage() {
        Expectation expectation = entries.expectation();
        return EncodedMessage.of(out -> ExpectationEncoder.insert(out, 7, expectation));
    }

    private EncodedMessage withExtra(Consumer<MessageWriter> extra) {
        Conntrack entry = entries.entry();
        return EncodedMessage.of(out -> {
            ConntrackEncoder.delete(out, 1, entry);
            extra.accept(out);
            out.end();
        });
    }
}
