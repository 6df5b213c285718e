package org.conntwin.tracker.ctnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.FilterInstruction;
import org.conntwin.tracker.table.EventFilter;
import org.conntwin.tracker.testing.RandomEntries;
import org.conntwin.tracker.testing.RandomFilters;
import org.junit.jupiter.api.Test;

/** The kernel's side of a filter drops what its user-space side would, and keeps all else. */
class EventProgramTest {
    private static final int SILENT_PORT = 0x01020304;
    private static final int FILTERS = 400;
    private static final int ENTRIES = 60;

    private final RandomEntries random = new RandomEntries(5);
    private final UnknownAttributes unknown = new UnknownAttributes();

    private enum Kind {
        BEGINS,
        CHANGES,
        ENDS
    }

    @Test
    void whatIsDroppedIsWhatMayBeLeftOut() {
        List<Conntrack> entries = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            entries.add(random.entry());
        }
        RandomFilters filters = new RandomFilters(6, entries);
        int dropped = 0;
        int kept = 0;
        for (int i = 0; i < FILTERS; i++) {
            EventFilter filter = filters.filter();
            EventProgram program = EventProgram.of(filter, SILENT_PORT, FilterInstruction.MOST);
            assertThat(program.rulesWithin()).isEqualTo(program.rules());
            FilterMachine machine = new FilterMachine(program.instructions());
            for (Conntrack entry : entries) {
                for (Kind kind : Kind.values()) {
                    EncodedMessage message = event(kind, entry);
                    boolean accepted = machine.accepts(message.bytes());
                    Conntrack told = Objects.requireNonNull(message.conntrack(unknown));
                    assertThat(accepted)
                            .as("%s %s of %s", filter, kind, told)
                            .isEqualTo(!mayBeLeftOut(RandomFilters.inKernel(filter), kind, told));
                    dropped += accepted ? 0 : 1;
                    kept += accepted ? 1 : 0;
                }
            }
        }
        assertThat(dropped).isGreaterThan(FILTERS * ENTRIES / 4);
        assertThat(kept).isGreaterThan(FILTERS * ENTRIES / 4);
    }

    private static boolean mayBeLeftOut(EventFilter filter, Kind kind, Conntrack told) {
        return switch (kind) {
            case BEGINS -> !filter.wants(told);
            case CHANGES -> !filter.suits(told);
            case ENDS -> !filter.ends() && !filter.suits(told);
        };
    }

    /** What the kernel would tell: the request that makes the entry, with the head of an event. */
    private static EncodedMessage event(Kind kind, Conntrack entry) {
        int message = kind == Kind.ENDS ? Ctnetlink.MESSAGE_DELETE : Ctnetlink.MESSAGE_NEW;
        return headed(
                out -> ConntrackEncoder.insert(out, 0, entry),
                Ctnetlink.type(Ctnetlink.SUBSYSTEM, message),
                kind == Kind.BEGINS ? Netlink.FLAG_CREATE | Netlink.FLAG_EXCLUSIVE : 0);
    }

    private static EncodedMessage headed(Consumer<MessageWriter> writing, int type, int flags) {
        EncodedMessage message = EncodedMessage.of(writing);
        Netlink.hostShort(message.bytes(), Netlink.TYPE, type);
        Netlink.hostShort(message.bytes(), Netlink.FLAGS, flags);
        return message;
    }

    @Test
    void whatTheSilentSocketCausedIsDroppedInEachCase() {
        EncodedMessage message = event(Kind.CHANGES, random.entry());
        FilterMachine machine = new FilterMachine(EventProgram.of(EventFilter.ALL, SILENT_PORT, FilterInstruction.MOST)
                .instructions());
        assertThat(machine.accepts(message.bytes())).isTrue();
        Netlink.hostInt(message.bytes(), Netlink.PORT, SILENT_PORT);
        assertThat(machine.accepts(message.bytes())).isFalse();
    }

    @Test
    void expectationsAreHeardUnlessNoneIsWanted() {
        Expectation expectation = random.expectation();
        for (boolean wanted : new boolean[] {true, false}) {
            EventFilter filter = new EventFilter(
                    Set.of(Protocol.TCP), Set.of(9), Set.of(TcpState.CLOSE), List.of(), List.of(), wanted, false);
            FilterMachine machine = new FilterMachine(
                    EventProgram.of(filter, SILENT_PORT, FilterInstruction.MOST).instructions());
            for (int message : new int[] {Ctnetlink.MESSAGE_NEW, Ctnetlink.MESSAGE_DELETE}) {
                EncodedMessage event = headed(
                        out -> ExpectationEncoder.insert(out, 0, expectation),
                        Ctnetlink.type(Ctnetlink.SUBSYSTEM_EXPECT, message),
                        0);
                assertThat(machine.accepts(event.bytes())).isEqualTo(wanted);
            }
        }
    }

    @Test
    void aMessageThatDoesNotTellWhatIsLookedForPasses() {
        RandomFilters filters = new RandomFilters(8, List.of(random.entry(), random.entry(), random.entry()));
        for (int i = 0; i < FILTERS; i++) {
            FilterMachine machine =
                    new FilterMachine(EventProgram.of(filters.filter(), SILENT_PORT, FilterInstruction.MOST)
                            .instructions());
            EncodedMessage message = event(Kind.BEGINS, random.entry());
            ByteBuffer bare = message.cut(EncodedMessage.BODY).bytes();
            Netlink.hostInt(bare, 0, bare.capacity());

            assertThat(machine.accepts(bare)).isTrue();
        }
    }

    @Test
    void rulesThatFindNoRoomAreLeftOutOneByOne() {
        List<AddressPrefix> many = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            many.add(AddressPrefix.of(Family.IPV4, 0, 0x0a000000L + i, 32));
            many.add(AddressPrefix.of(Family.IPV6, 0x2001_0db8_0000_0000L, i, 128));
        }
        EventFilter filter = new EventFilter(Set.of(Protocol.TCP), Set.of(), Set.of(), many, List.of(), true, false);
        int before = 0;
        for (int longest : new int[] {4, 30, 100, 1_000, FilterInstruction.MOST, 300_000}) {
            EventProgram program = EventProgram.of(filter, SILENT_PORT, longest);
            assertThat(program.rules()).isEqualTo(4_001);
            assertThat(program.instructions()).hasSizeLessThanOrEqualTo(longest);
            assertThat(program.rulesWithin()).isBetween(before, 4_001);
            before = program.rulesWithin();
            FilterMachine machine = new FilterMachine(program.instructions());
            for (int i : new int[] {0, 1_999}) {
                boolean within = 2 * i + 2 <= program.rulesWithin();
                assertThat(machine.accepts(
                                event(Kind.CHANGES, tcp(many.get(2 * i))).bytes()))
                        .as("prefix %d of %d", 2 * i, program.rulesWithin())
                        .isEqualTo(!within);
                assertThat(machine.accepts(
                                event(Kind.CHANGES, tcp(many.get(2 * i + 1))).bytes()))
                        .isEqualTo(2 * i + 3 > program.rulesWithin());
            }
        }
        assertThat(before).isEqualTo(4_001);
    }

    private Conntrack tcp(AddressPrefix from) {
        ConntrackBuilder entry = new ConntrackBuilder();
        entry.original = new Tuple(from.family(), Protocol.TCP, from.high(), from.low(), 1, 0x01010101L, 1, 2);
        return Objects.requireNonNull(entry.build());
    }
}
