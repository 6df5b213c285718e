package org.conntwin.tracker.ctnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

class EncoderRoundTripTest {
    private static final int CASES = 20_000;

    private final RandomEntries entries = new RandomEntries(2);
    private final UnknownAttributes unknown = new UnknownAttributes();

    @Test
    void anInsertedEntryIsReadBackWithAllThatTheKernelLetsUserSpaceSet() {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            EncodedMessage message = EncodedMessage.of(out -> ConntrackEncoder.insert(out, 7, entry));
            ConntrackBuilder expected = ConntrackBuilder.from(entry);
            expected.status = Status.CONFIRMED | entry.status() & Status.SETTABLE;
            expected.reply =
                    Status.translated(entry.status()) ? entry.original().inverted() : entry.reply();

            assertThat(message.conntrack(unknown)).isEqualTo(expected.build());
            assertThat(message.length()).isLessThanOrEqualTo(ConntrackEncoder.MAX_BYTES);
            assertThat(Netlink.hostInt(message.bytes(), 0)).isEqualTo(message.length());
            assertThat(Netlink.hostInt(message.bytes(), Netlink.SEQUENCE)).isEqualTo(7);
        }
    }

    @Test
    void aTranslationIsSentAsARangeOfTheOneAddressAndKeyOfTheReply() {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            EncodedMessage message = EncodedMessage.of(out -> ConntrackEncoder.insert(out, 7, entry));
            Tuple reply = entry.reply();
            int source = 0;
            int destination = 0;
            AttributeCursor cursor = new AttributeCursor(message.bytes(), EncodedMessage.BODY, message.length());
            while (cursor.advance()) {
                if (cursor.type() == Ctnetlink.NAT_DST) {
                    destination++;
                    Range range = range(cursor.nested());
                    assertThat(range).isEqualTo(new Range(reply.sourceHigh(), reply.sourceLow(), range.key()));
                    assertThat(range.key()).isIn(reply.sourceKey(), -1);
                } else if (cursor.type() == Ctnetlink.NAT_SRC) {
                    source++;
                    Range range = range(cursor.nested());
                    assertThat(range)
                            .isEqualTo(new Range(reply.destinationHigh(), reply.destinationLow(), range.key()));
                    assertThat(range.key())
                            .isIn(Protocol.isIcmp(reply.protocol()) ? reply.sourceKey() : reply.destinationKey(), -1);
                    assertThat(range.key() >= 0 || !Protocol.hasPorts(reply.protocol()))
                            .isTrue();
                }
            }
            assertThat(source).isEqualTo(entry.has(Status.SRC_NAT) ? 1 : 0);
            assertThat(destination).isEqualTo(entry.has(Status.DST_NAT) ? 1 : 0);
        }
    }

    /** The one address and key of a range whose ends are equal; key -1 when it is left to the kernel. */
    private record Range(long high, long low, int key) {}

    private static Range range(AttributeCursor cursor) {
        long[] least = {0, -1};
        long[] most = {0, -2};
        int[] keys = {-1, -1};
        while (cursor.advance()) {
            switch (cursor.type()) {
                case Ctnetlink.NAT_V4_MINIP -> least[1] = Integer.toUnsignedLong(cursor.u32());
                case Ctnetlink.NAT_V4_MAXIP -> most[1] = Integer.toUnsignedLong(cursor.u32());
                case Ctnetlink.NAT_V6_MINIP -> least = new long[] {cursor.high64(), cursor.low64()};
                case Ctnetlink.NAT_V6_MAXIP -> most = new long[] {cursor.high64(), cursor.low64()};
                case Ctnetlink.NAT_PROTO -> {
                    AttributeCursor proto = cursor.nested();
                    while (proto.advance()) {
                        keys[proto.type() - Ctnetlink.PROTONAT_PORT_MIN] = proto.u16();
                    }
                }
                default -> throw new AssertionError("attribute " + cursor.type());
            }
        }
        assertThat(least).isEqualTo(most);
        assertThat(keys[0]).isEqualTo(keys[1]);
        return new Range(least[0], least[1], keys[0]);
    }

    @Test
    void anUpdateCarriesWhatMayChangeAndNeitherReplyNorHelperNorMaster() {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            EncodedMessage message = EncodedMessage.of(out -> ConntrackEncoder.update(out, 7, entry));
            ConntrackBuilder expected = ConntrackBuilder.from(entry);
            expected.status = Status.CONFIRMED | entry.status() & (Status.SETTABLE | Status.EXPECTED);
            expected.reply = null;
            expected.helper = null;
            expected.master = null;
            if (entry.zone().scope() == Zone.Scope.REPLY) {
                expected.zone = Zone.DEFAULT; // the key is the original direction's
            }

            assertThat(message.conntrack(unknown)).isEqualTo(expected.build());
            assertThat(unknown.total()).isZero();
        }
    }

    @Test
    void aDeletionCarriesTheKeyAlone() {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            EncodedMessage message = EncodedMessage.of(out -> ConntrackEncoder.delete(out, 7, entry));
            ConntrackBuilder key = new ConntrackBuilder();
            key.original = entry.original();
            key.zone = entry.zone().scope() == Zone.Scope.REPLY ? Zone.DEFAULT : entry.zone();

            assertThat(message.conntrack(unknown)).isEqualTo(key.build());
            assertThat(unknown.total()).isZero();
        }
    }

    @Test
    void anExpectationIsReadBackWhole() {
        for (int i = 0; i < CASES; i++) {
            Expectation expectation = entries.expectation();

            assertThat(EncodedMessage.of(out -> ExpectationEncoder.insert(out, 7, expectation))
                            .expectation(unknown))
                    .isEqualTo(expectation);
            assertThat(EncodedMessage.of(out -> ExpectationEncoder.timeout(out, 7, expectation))
                            .expectation(unknown))
                    .isEqualTo(expectation);
            assertThat(unknown.total()).isZero();
        }
    }

    @Test
    void aMessageBehindAnotherBeginsWhereItsLengthSays() {
        Conntrack first = entries.entry();
        Conntrack second = entries.entry();
        EncodedMessage both = EncodedMessage.of(out -> {
            ConntrackEncoder.delete(out, 1, first);
            ConntrackEncoder.delete(out, 2, second);
            out.addFlags(Netlink.FLAG_ACK);
        });
        int length = Netlink.hostInt(both.bytes(), 0);
        Conntrack read =
                new ConntrackDecoder(unknown).decode(both.bytes(), length + EncodedMessage.BODY, both.length());

        assertThat(Objects.requireNonNull(read).original()).isEqualTo(second.original());
        assertThat(Netlink.hostShort(both.bytes(), Netlink.FLAGS)).isEqualTo(Netlink.FLAG_REQUEST);
        assertThat(Netlink.hostShort(both.bytes(), length + Netlink.FLAGS))
                .isEqualTo(Netlink.FLAG_REQUEST | Netlink.FLAG_ACK);
    }
}
