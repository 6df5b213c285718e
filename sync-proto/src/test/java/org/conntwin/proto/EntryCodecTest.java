package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
    private static final int CASES = 20_000;

    private final RandomEntries entries = new RandomEntries(7);

    @Test
    void anEntryComesBackAsItWas() throws MalformedWireException {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();

            assertThat(Bytes.entry(Bytes.of(entry))).isEqualTo(entry);
        }
    }

    @Test
    void theGeneratedClassReadsTheSameValuesAndWritesTheSameBytes() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            byte[] bytes = Bytes.of(entry);
            SyncProto.Entry generated = SyncProto.Entry.parseFrom(bytes);

            assertThat(generated.getUnknownFields().asMap()).isEmpty();
            assertThat(generated.toByteArray()).isEqualTo(bytes);
            assertThat(generated).isEqualTo(generated(entry));
        }
    }

    @Test
    void whatTheGeneratedClassWritesIsRead() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();

            assertThat(Bytes.entry(generated(entry).toByteArray())).isEqualTo(entry);
        }
    }

    /** The schema, spelled out once more by the generated class. */
    private static SyncProto.Entry generated(Conntrack entry) {
        SyncProto.Entry.Builder out = SyncProto.Entry.newBuilder()
                .setTimeout(entry.timeoutSeconds())
                .setOriginal(generated(entry.original(), entry.zone().originalId()))
                .setStatus(entry.status())
                .setMark(entry.mark());
        if (!entry.reply().equals(entry.original().inverted())) {
            out.setReply(generated(entry.reply(), 0));
        }
        if (entry.state() instanceof TcpState tcp) {
            out.setState(tcp.state() + 1)
                    .setTcpScales(tcp.originalScale() * 16 + tcp.replyScale())
                    .setTcpFlags(tcp.originalFlags() * 256 + tcp.replyFlags());
        } else if (entry.state() instanceof SctpState sctp) {
            out.setState(sctp.state() + 1).setOriginalTag(sctp.originalTag()).setReplyTag(sctp.replyTag());
        }
        if (entry.state() instanceof TcpState tcp && tcp.windows() != null) {
            out.setTcpWindows(generated(tcp.windows()));
        }
        if (entry.helper() != null) {
            out.setHelper(entry.helper());
        }
        Labels labels = entry.labels();
        if (labels != null) {
            byte[] all = ByteBuffer.allocate(16)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(labels.low())
                    .putLong(labels.high())
                    .array();
            int length = 16;
            while (all[length - 1] == 0) {
                length--;
            }
            out.setLabels(ByteString.copyFrom(all, 0, length));
        }
        if (entry.master() != null) {
            out.setMaster(generated(entry.master(), 0));
        }
        if (entry.originalAdjustment() != null) {
            out.setOriginalAdjustment(generated(entry.originalAdjustment()));
        }
        if (entry.replyAdjustment() != null) {
            out.setReplyAdjustment(generated(entry.replyAdjustment()));
        }
        SynProxyOffsets proxy = entry.synProxy();
        if (proxy != null) {
            out.getSynProxyBuilder()
                    .setInitialSequence(proxy.initialSequence())
                    .setInitialTimestamp(proxy.initialTimestamp())
                    .setTimestampOffset(proxy.timestampOffset());
        }
        switch (entry.zone().scope()) {
            case BOTH -> {}
            case ORIGINAL -> out.setZoneScope(1);
            case REPLY -> out.setZoneScope(2).setReplyZone(entry.zone().id());
        }
        return out.build();
    }

    static SyncProto.Tuple generated(Tuple tuple, int zone) {
        SyncProto.Tuple.Builder out = SyncProto.Tuple.newBuilder()
                .setKeys(tuple.sourceKey() << 16 | tuple.destinationKey())
                .setProtocol(tuple.protocol())
                .setZone(zone);
        if (tuple.family() == Family.IPV4) {
            return out.setSource4((int) tuple.sourceLow())
                    .setDestination4((int) tuple.destinationLow())
                    .build();
        }
        return out.setSource6(address(tuple.sourceHigh(), tuple.sourceLow()))
                .setDestination6(address(tuple.destinationHigh(), tuple.destinationLow()))
                .build();
    }

    private static ByteString address(long high, long low) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }

    private static SyncProto.Adjustment generated(SequenceAdjustment adjustment) {
        return SyncProto.Adjustment.newBuilder()
                .setPosition(adjustment.position())
                .setBefore(adjustment.offsetBefore())
                .setAfter(adjustment.offsetAfter())
                .build();
    }

    private static SyncProto.TcpWindows generated(TcpWindows windows) {
        TcpWindows.Last last = windows.last();
        SyncProto.TcpWindows.Builder out = SyncProto.TcpWindows.newBuilder()
                .setLastSegment(last.direction() * 8 + last.segment())
                .setLastSequence(last.sequence())
                .setLastAcknowledgment(last.acknowledgment())
                .setLastEnd(last.end())
                .setLastWindow(last.window())
                .setLastSyn(last.scale() * 256 + last.flags())
                .setRetransmissions(last.retransmissions());
        if (!windows.original().equals(UNSEEN)) {
            out.setOriginal(generated(windows.original()));
        }
        if (!windows.reply().equals(UNSEEN)) {
            out.setReply(generated(windows.reply()));
        }
        return out.build();
    }

    private static final TcpWindows.Side UNSEEN = new TcpWindows.Side(0, 0, 0, 0);

    private static SyncProto.TcpSide generated(TcpWindows.Side side) {
        return SyncProto.TcpSide.newBuilder()
                .setEnd(side.end())
                .setMaxEnd(side.maxEnd())
                .setMaxWindow(side.maxWindow())
                .setMaxAck(side.maxAck())
                .build();
    }

    @Test
    void windowsOfAUserspaceTableComeBackExactlyAndStayUnder80Bytes() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entryWithWindows();
            byte[] bytes = Bytes.of(entry);
            ConntrackBuilder without = ConntrackBuilder.from(entry);
            TcpState tcp = (TcpState) Objects.requireNonNull(entry.state());
            without.state = new TcpState(
                    tcp.state(), tcp.originalScale(), tcp.replyScale(), tcp.originalFlags(), tcp.replyFlags());

            assertThat(Bytes.entry(bytes)).isEqualTo(entry);
            assertThat(generated(entry).toByteArray()).isEqualTo(bytes);
            assertThat(bytes.length - Bytes.of(Objects.requireNonNull(without.build())).length)
                    .isLessThan(80);
        }
    }

    @Test
    void windowsOutOfTheirRangeAreCutToIt() throws Exception {
        SyncProto.Entry.Builder odd = entry().setState(4);
        odd.getTcpWindowsBuilder()
                .setLastSegment(-1)
                .setLastWindow(-1)
                .setLastSyn(-1)
                .setRetransmissions(-1);
        TcpState read = (TcpState)
                Objects.requireNonNull(Bytes.entry(odd.build().toByteArray()).state());

        assertThat(Objects.requireNonNull(read.windows()).last())
                .isEqualTo(new TcpWindows.Last(1, 7, 0, 0, 0, 0xffff, 0xf, 0xff, 0xff));
    }

    @Test
    void countersTimesIdsIdleExtrasAndTheDyingBitDoNotTravel() throws MalformedWireException {
        Conntrack entry = newIpv4Tcp();
        ConntrackBuilder more = ConntrackBuilder.from(entry);
        more.id = 7;
        more.accounting = new Accounting(1, 2, 3, 4);
        more.timestamps = new Timestamps(5, 6);
        more.labels = Labels.NONE;
        more.originalAdjustment = new SequenceAdjustment(0, 0, 0);
        more.synProxy = new SynProxyOffsets(0, 0, 0);
        more.status |= Status.DYING;

        assertThat(Bytes.of(Objects.requireNonNull(more.build()))).isEqualTo(Bytes.of(entry));
    }

    @Test
    void anUntoldLifetimeIsZero() throws MalformedWireException {
        ConntrackBuilder untold = ConntrackBuilder.from(newIpv4Tcp());
        untold.timeoutSeconds = Conntrack.UNKNOWN;

        assertThat(Bytes.entry(Bytes.of(Objects.requireNonNull(untold.build()))).timeoutSeconds())
                .isZero();
    }

    @Test
    void aNewIpv4TcpEntryTakesAtMostFortyBytes() {
        assertThat(Bytes.of(newIpv4Tcp())).hasSizeLessThanOrEqualTo(40);
    }

    private static Conntrack newIpv4Tcp() {
        ConntrackBuilder out = new ConntrackBuilder();
        out.original = Tuple.ipv4(Protocol.TCP, 0xc0a8_fefe, 0xc0a8_fdfd, 65_535, 65_535);
        out.status = Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT_DONE | Status.DST_NAT_DONE;
        out.timeoutSeconds = 432_000;
        out.state = new TcpState(TcpState.ESTABLISHED, 14, 14, 0x33, 0x33);
        return Objects.requireNonNull(out.build());
    }

    @Test
    void theKeyIsTheOriginalTupleWithItsZoneAsItStandsInTheRecord() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            byte[] record = Bytes.of(entry);
            byte[] key = Bytes.keyOf(entry);
            int content = WireRecord.contentStart(record, 0, record.length);
            int start = WireRecord.keyStart(record, content);
            int length = WireRecord.keyLength(record, content, record.length);

            assertThat(Arrays.copyOfRange(record, start, start + length)).isEqualTo(key);
            assertThat(SyncProto.Tuple.parseFrom(key))
                    .isEqualTo(generated(entry.original(), entry.zone().originalId()));
            assertThat(WireRecord.hash(record, start, length)).isEqualTo(WireRecord.hash(key, 0, key.length));
        }
    }

    @Test
    void theContentIsTheSameWhateverIsLeftToLive() throws MalformedWireException {
        ConntrackBuilder entry = ConntrackBuilder.from(newIpv4Tcp());
        byte[] expected = null;
        for (int seconds : new int[] {0, 1, 127, 128, 16_384, 432_000, Integer.MAX_VALUE}) {
            entry.timeoutSeconds = seconds;
            byte[] record = Bytes.of(Objects.requireNonNull(entry.build()));
            int start = WireRecord.contentStart(record, 0, record.length);
            byte[] content = Arrays.copyOfRange(record, start, record.length);
            expected = expected == null ? content : expected;

            assertThat(content).isEqualTo(expected);
        }
    }

    @Test
    void fieldsOfANewerPeerAreKeptOfAnyType() throws Exception {
        for (int i = 0; i < 500; i++) {
            Conntrack entry = entries.entry();
            byte[] known = Bytes.of(entry);
            UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                    .addField(
                            999,
                            UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
                    .addField(
                            1000,
                            UnknownFieldSet.Field.newBuilder().addFixed32(5).build())
                    .addField(
                            1001,
                            UnknownFieldSet.Field.newBuilder().addFixed64(6).build())
                    .addField(
                            1002,
                            UnknownFieldSet.Field.newBuilder()
                                    .addLengthDelimited(ByteString.copyFromUtf8("newer"))
                                    .build())
                    .build();
            byte[] bytes = Bytes.joined(known, newer.toByteArray());

            assertThat(Bytes.of(Bytes.entry(bytes))).isEqualTo(bytes);
            // A node stores and hashes the bytes as they came: what it does not know is part of the content.
            int start = WireRecord.contentStart(bytes, 0, bytes.length);
            assertThat(WireRecord.hash(bytes, start, bytes.length - start))
                    .isNotEqualTo(WireRecord.hash(known, start, known.length - start));
        }
    }

    @Test
    void valuesOutOfTheirBoundsAreRefused() {
        refused(SyncProto.Entry.newBuilder());
        refused(entry().setOriginal(SyncProto.Tuple.newBuilder().setProtocol(256)));
        refused(entry().setOriginal(SyncProto.Tuple.newBuilder().setZone(65_536)));
        refused(entry().setOriginal(SyncProto.Tuple.newBuilder().setSource6(ByteString.copyFrom(new byte[15]))));
        refused(entry().setHelper("h".repeat(65)));
        refused(entry().setLabels(ByteString.copyFrom(new byte[17])));
        refused(entry().setZoneScope(3));
    }

    private static SyncProto.Entry.Builder entry() {
        return SyncProto.Entry.newBuilder()
                .setOriginal(SyncProto.Tuple.newBuilder().setProtocol(6));
    }

    private static void refused(SyncProto.Entry.Builder entry) {
        assertThatThrownBy(() -> Bytes.entry(entry.build().toByteArray())).isInstanceOf(MalformedWireException.class);
    }

    @Test
    void aZoneScopeIsReadBack() throws MalformedWireException {
        ConntrackBuilder entry = ConntrackBuilder.from(newIpv4Tcp());
        for (Zone.Scope scope : Zone.Scope.values()) {
            entry.zone = Zone.of(65_535, scope);

            assertThat(Bytes.entry(Bytes.of(Objects.requireNonNull(entry.build())))
                            .zone())
                    .isEqualTo(entry.zone);
        }
    }
}
