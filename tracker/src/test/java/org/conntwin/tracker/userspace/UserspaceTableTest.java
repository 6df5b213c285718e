package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Heard;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.ExpectationParser;
import org.conntwin.tracker.text.LineException;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the userspace table does beyond what every table does. */
class UserspaceTableTest {
    private final SteppedClock clock = new SteppedClock();
    private final List<UserspaceTable> opened = new ArrayList<>();

    private UserspaceTable table(TrackerSettings settings, int eventsWaiting) {
        UserspaceTable table = UserspaceTable.open(settings, clock, eventsWaiting);
        opened.add(table);
        return table;
    }

    private UserspaceTable table() {
        return table(TrackerSettings.LINUX, 1000);
    }

    private static TrackerSettings settings(int maxEntries) {
        return TrackerSettings.LINUX.withMaxEntries(maxEntries);
    }

    @AfterEach
    void close() {
        for (UserspaceTable table : opened) {
            assertThat(table.broken()).isNull();
            table.close();
        }
    }

    private static Conntrack udp(int number, String more) throws LineException {
        return EntryParser.parse("udp 17 400 src=10.1." + (number >> 8) + "." + (number & 0xff)
                + " dst=10.2.0.1 sport=5000 dport=53 " + more);
    }

    private static List<Outcome> silently(UserspaceTable table, TableChange... changes) {
        return table.apply(List.of(changes), Echo.SILENT);
    }

    private static TableChange insert(Conntrack entry) {
        return new TableChange.Insert(entry);
    }

    private static Tuple connection(int port) {
        return Tuple.ipv4(Protocol.TCP, 0x0a000102, 0x0a000202, port, 80);
    }

    private static Conntrack found(UserspaceTable table, int port) {
        return Objects.requireNonNull(table.find(connection(port), Zone.DEFAULT));
    }

    @Test
    void aFlowOfPacketsIsInTheTableAndHeardOf() throws InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        new Gateway(table).connect(5000);

        assertThat(heard.await(() -> heard.kinds().size() == 3)).isTrue();
        assertThat(heard.kinds()).containsExactly(EventKind.NEW, EventKind.UPDATE, EventKind.UPDATE);
        assertThat(found(table, 5000).has(Status.ASSURED)).isTrue();
        assertThat(found(table, 5000).id()).isNotZero();
        assertThat(table.trackerCounters()).containsEntry("inserted", 1L).containsEntry("invalid", 0L);
    }

    @Test
    void aPacketThatIsHeldBackBetweenArrivalAndLeavingIsNoEntryYet() {
        UserspaceTable table = table();
        Gateway gateway = new Gateway(table);

        assertThat(gateway.arrive(Packets.udp("10.0.0.1", 1, "10.0.0.2", 2))).isEqualTo(PacketState.NEW);
        assertThat(table.count()).isZero();
        gateway.leave();
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void aLifetimeOfNothingIsOverAtOnce() throws LineException, InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        Conntrack over = EntryParser.parse("udp 17 0 src=10.1.0.1 dst=10.2.0.1 sport=5000 dport=53");

        assertThat(silently(table, insert(over), insert(over))).containsExactly(Outcome.DONE, Outcome.DONE);
        assertThat(heard.await(() -> heard.kinds().size() == 2)).isTrue();
        assertThat(heard.kinds()).containsOnly(EventKind.DESTROY);
        assertThat(table.count()).isZero();
    }

    @Test
    void timesAreThoseOfTheWallClockWhoseStepsAreSeen() throws LineException, InterruptedException {
        UserspaceTable table = table(TrackerSettings.LINUX.withTimestamps(true), 1000);
        clock.stepWall(3600);
        long end = System.nanoTime() + 5_000_000_000L;
        long started = 0;
        for (int i = 1; started != clock.wallNanos() && System.nanoTime() < end; i++) {
            Conntrack entry = udp(i, "");
            silently(table, insert(entry));
            Conntrack there = Objects.requireNonNull(table.find(entry.original(), entry.zone()));
            started = Objects.requireNonNull(there.timestamps()).startNanos();
            Thread.sleep(5);
        }
        assertThat(started).isEqualTo(clock.wallNanos());
    }

    @Test
    void livesEndInTheirOrderThoughNobodyLooks() throws LineException, InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        for (int seconds : new int[] {30, 10, 20}) {
            silently(
                    table,
                    insert(EntryParser.parse(
                            "udp 17 " + seconds + " src=10.1.0." + seconds + " dst=10.2.0.1 sport=5000 dport=53")));
        }
        clock.pass(25);
        assertThat(heard.await(() -> heard.kinds().size() == 2)).isTrue();
        clock.pass(5);
        assertThat(heard.await(() -> heard.kinds().size() == 3)).isTrue();

        assertThat(heard.events())
                .extracting(event -> event.entry().original().sourceLow() & 0xff)
                .containsExactly(10L, 20L, 30L);
    }

    @Test
    void aFullTableRefusesUnlessUnassuredFlowsMakeRoomAndThoseAreHeardOf() throws LineException, InterruptedException {
        UserspaceTable table = table(settings(2), 1000);
        Heard heard = new Heard();
        table.listen(heard);

        assertThat(silently(
                        table, insert(udp(1, "[ASSURED]")), insert(udp(2, "[UNREPLIED]")), insert(udp(3, "[ASSURED]"))))
                .containsOnly(Outcome.DONE);
        assertThat(silently(table, insert(udp(4, "[ASSURED]")), new TableChange.Update(udp(3, "[ASSURED] mark=5"))))
                .containsExactly(Outcome.TABLE_FULL, Outcome.DONE);
        assertThat(heard.await(() -> heard.kinds().size() == 1)).isTrue();
        assertThat(heard.events().getFirst().entry().original())
                .isEqualTo(udp(2, "").original());
        assertThat(table.trackerCounters()).containsEntry("earlyDropped", 1L).containsEntry("tableFull", 1L);
    }

    @Test
    void eventsThatFindNoRoomAreLostAndToldBehindThoseThatDid() throws LineException, InterruptedException {
        UserspaceTable table = table(TrackerSettings.LINUX, 10);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        List<String> order = new ArrayList<>();
        Heard slow = new Heard() {
            @Override
            public synchronized void conntrack(EventKind kind, Conntrack entry) {
                super.conntrack(kind, entry);
                order.add("event");
                busy.countDown();
                try {
                    free.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public synchronized void overrun() {
                order.add("overrun");
                super.overrun();
            }
        };
        table.listen(slow);
        table.apply(List.of(insert(udp(1, ""))), Echo.HEARD);
        busy.await();
        for (int i = 2; i <= 30; i++) {
            table.apply(List.of(insert(udp(i, ""))), Echo.HEARD);
        }
        free.countDown();

        assertThat(slow.await(() -> slow.overruns() == 1)).isTrue();
        assertThat(order).hasSize(12).endsWith("overrun");
        assertThat(slow.misplaced()).isZero();
        assertThat(table.counters().overruns()).isEqualTo(1);
        assertThat(table.counters().eventsReceived()).isEqualTo(11);
        assertThat(table.trackerCounters()).containsEntry("eventsLost", 19L);
    }

    @Test
    void whoReadsADumpMayTakeItsTimeAndChangeTheTable() throws LineException {
        UserspaceTable table = table();
        for (int i = 1; i <= 1000; i++) {
            silently(table, insert(udp(i, "")));
        }
        List<Conntrack> seen = new ArrayList<>();
        table.dump(entry -> {
            seen.add(entry);
            Thread other = Thread.ofPlatform().start(() -> silently(table, new TableChange.Delete(entry)));
            try {
                other.join();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(seen).hasSize(1000).doesNotHaveDuplicates();
        assertThat(table.count()).isZero();
    }

    @Test
    void aReplyThatDoesNotMirrorTellsATranslationOnlyWithItsBits() throws LineException {
        UserspaceTable table = table();
        Conntrack translated = EntryParser.parse("tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=5 dport=80"
                + " src=2.2.2.2 dst=9.9.9.9 sport=80 dport=2000");
        Conntrack plain = changed(translated, out -> out.status = Status.CONFIRMED | Status.SEEN_REPLY);

        silently(table, insert(translated));
        assertThat(only(table).status() & (Status.SRC_NAT | Status.DST_NAT | Status.SRC_NAT_DONE | Status.DST_NAT_DONE))
                .isEqualTo(Status.SRC_NAT | Status.SRC_NAT_DONE | Status.DST_NAT_DONE);
        table.flush(FlushFilter.ALL);
        silently(table, insert(plain));
        assertThat(only(table).reply()).isEqualTo(translated.reply());
        assertThat(only(table).status()).isEqualTo(Status.CONFIRMED | Status.SEEN_REPLY);
    }

    @Test
    void twoFlowsDoNotShareAReplyTuple() throws LineException {
        UserspaceTable table = table();
        String reply = " src=2.2.2.2 dst=9.9.9.9 sport=80 dport=2000";
        String line = "tcp 6 400 ESTABLISHED src=1.1.1.%d dst=2.2.2.2 sport=5 dport=80" + reply;

        assertThat(silently(
                        table,
                        insert(EntryParser.parse(String.format(line, 1))),
                        insert(EntryParser.parse(String.format(line, 2)))))
                .containsExactly(Outcome.DONE, Outcome.EXISTS);
    }

    @Test
    void packetsChangesDumpsAndFlushesOfManyThreadsLeaveAWholeTable() throws InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int base = 10_000 * (i + 1);
            threads.add(Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
                    .start(() -> {
                        Gateway gateway = new Gateway(table);
                        for (int port = base; port < base + 2000; port++) {
                            gateway.connect(port);
                            gateway.pass(Gateway.client(port, 0, 0).payload(100));
                            if (port % 3 == 0) {
                                gateway.pass(Gateway.client(port, 100, 0).flags("R"));
                            }
                        }
                    }));
        }
        threads.add(Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
                .start(() -> {
                    for (int i = 0; i < 50; i++) {
                        List<Conntrack> all = new ArrayList<>();
                        table.dump(all::add);
                        table.apply(
                                all.stream()
                                        .limit(20)
                                        .map(TableChange.Delete::new)
                                        .toList(),
                                Echo.HEARD);
                        clock.pass(1);
                        if (i == 25) {
                            table.flush(FlushFilter.ALL);
                        }
                    }
                }));
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failure.get()).isNull();
        assertThat(table.broken()).isNull();
        table.flush(FlushFilter.ALL);
        assertThat(table.count()).isZero();
    }

    private static Conntrack only(UserspaceTable table) {
        List<Conntrack> all = new ArrayList<>();
        table.dump(all::add);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static Conntrack changed(Conntrack entry, Consumer<ConntrackBuilder> change) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        change.accept(out);
        return Objects.requireNonNull(out.build());
    }

    @Test
    void aLifetimeThatIsGivenToAnExpectationIsHeardOf() throws LineException, InterruptedException {
        UserspaceTable table = table();
        Heard heard = new Heard();
        table.listen(heard);
        silently(
                table,
                insert(EntryParser.parse("tcp 6 400 ESTABLISHED src=10.1.0.1 dst=10.2.0.1 sport=5000 dport=21"
                        + " src=10.2.0.1 dst=10.1.0.1 sport=21 dport=5000 [ASSURED] helper=ftp")));
        Expectation wanted = ExpectationParser.parse("300 proto=6 src=10.2.0.1 dst=10.1.0.1 sport=0 dport=30003"
                + " mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535"
                + " master-src=10.1.0.1 master-dst=10.2.0.1 sport=5000 dport=21 class=0 helper=ftp");

        assertThat(table.apply(
                        List.of(
                                new TableChange.Expect(wanted),
                                new TableChange.ExpectTimeout(wanted.withTimeout(77)),
                                new TableChange.Unexpect(wanted)),
                        Echo.HEARD))
                .containsOnly(Outcome.DONE);

        assertThat(heard.await(() -> heard.expectations().size() == 3)).isTrue();
        assertThat(heard.expectations())
                .extracting(Heard.ExpectationEvent::kind)
                .containsExactly(EventKind.NEW, EventKind.UPDATE, EventKind.DESTROY);
        assertThat(heard.expectations().get(1).expectation().timeoutSeconds()).isBetween(70, 77);
    }
}
