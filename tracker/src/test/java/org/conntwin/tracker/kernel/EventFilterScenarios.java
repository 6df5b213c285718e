package org.conntwin.tracker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.EventFilter;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Heard;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableScenario;
import org.conntwin.tracker.table.TableScenarios;
import org.conntwin.tracker.testing.RandomEntries;
import org.conntwin.tracker.testing.RandomFilters;

/** The kernel leaves out of its events what a filter lets it, and no more. */
final class EventFilterScenarios extends TableScenarios {
    private static final int FILTERS = 12;
    private static final int ENTRIES = 120;
    private static final int CHANGES = 240;
    private static final int BUFFER = 8 << 20;

    private final Random random = new Random(31);
    private final RandomEntries entries = new RandomEntries(32);

    EventFilterScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void eventsLeftOutAreThoseThatNobodyMisses() throws InterruptedException {
        List<Conntrack> flows = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            flows.add(lasting(entries.entry()));
        }
        RandomFilters filters = new RandomFilters(33, flows);
        int heard = 0;
        int leftOut = 0;
        Heard every = new Heard();
        try (KernelTable all = new KernelTable(BUFFER)) {
            all.listen(every);
            for (int i = 0; i < FILTERS; i++) {
                EventFilter filter = filters.filter();
                Heard some = new Heard();
                table.flush(FlushFilter.ALL);
                List<Heard.Event> told;
                try (KernelTable filtered = new KernelTable(BUFFER)) {
                    int before = settled(every, 2 * i);
                    filtered.listen(some, filter);
                    churn(flows);
                    int after = settled(every, 2 * i + 1);
                    told = every.events().subList(before, after);
                    List<Heard.Event> kept = told.stream()
                            .filter(event -> !mayBeLeftOut(RandomFilters.inKernel(filter), event))
                            .toList();
                    boolean arrived = some.await(() -> some.events().size() >= kept.size());
                    assertThat(arrived).as("%s", filter).isTrue();
                    assertThat(some.events()).as("%s", filter).isEqualTo(kept);
                    heard += kept.size();
                    leftOut += told.size() - kept.size();
                }
                assertThat(known(some.events(), filter)).isEqualTo(known(told, filter));
            }
        }
        assertThat(heard).isGreaterThan(FILTERS * 20);
        assertThat(leftOut).isGreaterThan(FILTERS * 20);
    }

    /** Waits until all that was done is told, by a flow that is made last; the number of events then. */
    private int settled(Heard heard, int number) throws InterruptedException {
        ConntrackBuilder last = new ConntrackBuilder();
        last.original = Tuple.ipv4(Protocol.UDP, 0x7f000001, 0x7f000001, 1 + number, 9);
        last.timeoutSeconds = 600;
        Conntrack flow = Objects.requireNonNull(last.build());
        assertThat(table.apply(List.of(new TableChange.Insert(flow)), Echo.HEARD))
                .containsOnly(Outcome.DONE);
        assertThat(heard.await(() -> !heard.events().isEmpty()
                        && heard.events().getLast().entry().original().equals(flow.original())))
                .isTrue();
        return heard.events().size();
    }

    /** Makes, changes, ends and makes anew. */
    private void churn(List<Conntrack> flows) {
        List<TableChange> changes = new ArrayList<>();
        flows.forEach(flow -> changes.add(new TableChange.Insert(flow)));
        for (int i = 0; i < CHANGES; i++) {
            Conntrack flow = changed(flows.get(random.nextInt(flows.size())));
            changes.add(
                    switch (random.nextInt(4)) {
                        case 0 -> new TableChange.Delete(flow);
                        case 1 -> new TableChange.Insert(flow);
                        default -> new TableChange.Update(flow);
                    });
        }
        assertThat(table.apply(changes, Echo.HEARD))
                .filteredOn(Outcome.DONE::equals)
                .hasSizeGreaterThan(ENTRIES / 2);
    }

    /** With a lifetime: the kernel's collection would end others at any time, and each listener hears of it when it may. */
    private static Conntrack lasting(Conntrack flow) {
        return with(flow, lasting -> lasting.timeoutSeconds = 600);
    }

    private Conntrack changed(Conntrack flow) {
        return with(flow, other -> {
            other.mark = random.nextInt();
            if (flow.state() instanceof TcpState) {
                other.state = new TcpState(random.nextInt(10), 0, 0, 0, 0);
            }
        });
    }

    private static boolean mayBeLeftOut(EventFilter filter, Heard.Event event) {
        return switch (event.kind()) {
            case NEW -> !filter.wants(event.entry());
            case UPDATE -> !filter.suits(event.entry());
            case DESTROY -> !filter.ends() && !filter.suits(event.entry());
        };
    }

    private record Key(Tuple original, Zone zone) {}

    /** What a listener knows in the end that keeps the flows it wants, and forgets them when they are no longer so. */
    private static Map<Key, Conntrack> known(List<Heard.Event> events, EventFilter filter) {
        Map<Key, Conntrack> known = new HashMap<>();
        for (Heard.Event event : events) {
            Key key = new Key(event.entry().original(), event.entry().zone());
            if (event.kind() != EventKind.DESTROY && filter.wants(event.entry())) {
                known.put(key, event.entry());
            } else {
                known.remove(key);
            }
        }
        return known;
    }

    @TableScenario
    void aFilterLongerThanTheKernelTakesIsShortened() throws InterruptedException {
        assertFirstOfManyIsLeftOut();
    }

    /** Memory for filters is each namespace's own since Linux 6.8; before, none shows it but the first. */
    @TableScenario
    void aFilterThatTheKernelHasNoMemoryForIsShortened() throws InterruptedException, IOException {
        Path memory = Path.of("/proc/sys/net/core/optmem_max");
        if (Files.isWritable(memory)) {
            try {
                Files.writeString(memory, "4096");
                assertFirstOfManyIsLeftOut();
            } finally {
                Files.writeString(memory, "131072");
            }
        }
    }

    private static void assertFirstOfManyIsLeftOut() throws InterruptedException {
        List<AddressPrefix> many = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            many.add(AddressPrefix.of(Family.IPV4, 0, 0x0a000000L + i, 32));
        }
        EventFilter filter = new EventFilter(Set.of(), Set.of(), Set.of(), many, List.of(), true, false);
        try (KernelTable filtered = new KernelTable(BUFFER)) {
            Heard heard = new Heard();
            filtered.listen(heard, filter);
            assertThat(filtered.apply(List.of(from(0x0a000000), from(0x0a000000 + 2_999)), Echo.HEARD))
                    .containsOnly(Outcome.DONE);
            assertThat(heard.await(() -> !heard.events().isEmpty())).isTrue();
            assertThat(heard.events())
                    .as("the first is within, the last is not")
                    .singleElement()
                    .satisfies(event ->
                            assertThat(event.entry().original().sourceLow()).isEqualTo(0x0a000000L + 2_999));
        }
    }

    private static TableChange from(int source) {
        ConntrackBuilder entry = new ConntrackBuilder();
        entry.original = Tuple.ipv4(Protocol.UDP, source, 0x0b000001, 1_000, 53);
        entry.timeoutSeconds = 600;
        return new TableChange.Insert(Objects.requireNonNull(entry.build()));
    }
}
