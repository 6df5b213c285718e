package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordStoreTest {
    private final RecordKey key = new RecordKey();

    private static byte[] record(int flow, Random random) {
        return Flows.record(Flows.anyState(flow, random));
    }

    private static byte[] record(Kind kind, int number, Random random) {
        return kind == Kind.CONNTRACK
                ? record(number, random)
                : Flows.record(Flows.expectation(number, random.nextInt(4), random.nextBoolean() ? "ftp" : null));
    }

    private RecordKey key(byte[] record) {
        try {
            return key.ofRecord(record, 0, record.length);
        } catch (MalformedWireException notARecord) {
            throw new AssertionError(notARecord);
        }
    }

    private RecordKey key(int flow) {
        byte[] bytes = Flows.key(Flows.flow(flow));
        return key.of(bytes, 0, bytes.length);
    }

    /** Applies what it is told to a map, as a peer would. */
    private static final class Follower implements RecordVisitor {
        private final Map<String, byte[]> records = new HashMap<>();
        private final Set<String> told = new HashSet<>();

        @Override
        public void record(byte[] bytes, int from, int length, int since) {
            byte[] record = Arrays.copyOfRange(bytes, from, from + length);
            records.put(StoreModel.keyOf(record), record);
            told.add(StoreModel.keyOf(record));
        }

        @Override
        public void removed(byte[] bytes, int from, int length) {
            String key = StoreModel.text(bytes, from, length);
            records.remove(key);
            told.add(key);
        }

        void assertFollows(Map<String, byte[]> live) {
            assertThat(records.keySet()).isEqualTo(live.keySet());
            records.forEach((key, record) -> assertThat(StoreModel.sameContent(record, Known.in(live, key)))
                    .isTrue());
        }
    }

    /** An origin's life: whatever happens, the digests are those of what was announced. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldAgreeWithAModelAsAnOrigin(long seed) {
        Random random = new Random(seed);
        Kind kind = seed % 2 == 0 ? Kind.EXPECTATION : Kind.CONNTRACK;
        RecordStore store = new RecordStore(kind);
        StoreModel model = new StoreModel();
        Follower follower = new Follower();
        int flows = 50 + random.nextInt(1500);
        Set<String> suspects = new HashSet<>();
        Set<String> released = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            byte[] record = record(kind, random.nextInt(flows), random);
            String text = StoreModel.keyOf(record);
            int action = random.nextInt(1000);
            if (action < 450) {
                boolean made = store.put(key(record), record, 0, record.length, step, true);
                assertThat(made).isEqualTo(model.live.put(text, record) == null);
                suspects.remove(text);
                released.remove(text);
            } else if (action < 650) {
                boolean gone = store.remove(key(record), true);
                assertThat(gone).isEqualTo(model.live.remove(text) != null);
            } else if (action < 950) {
                follower.told.clear();
                store.drainOne(true, follower);
                settleTold(model, follower);
            } else if (action < 970) {
                int bucket = StoreModel.bucketOf(kind, text);
                store.announceBucket(bucket, follower);
                replaceBucket(kind, bucket, model, follower);
            } else if (action < 980) {
                store.suspectAll();
                suspects.clear();
                suspects.addAll(model.live.keySet());
            } else if (action < 990) {
                boolean suspected = suspects.contains(text) && model.live.containsKey(text);
                assertThat(store.suspected(key(record)) && store.contains(key(record)))
                        .isEqualTo(suspected);
                if (suspected) {
                    WireBuffer again = new WireBuffer(512);
                    again.append(record, 0, record.length);
                    boolean same = StoreModel.sameContent(record, Known.in(model.live, text));
                    assertThat(store.confirm(key(record), again)).isEqualTo(same);
                    if (same) {
                        suspects.remove(text);
                    }
                }
            } else if (action < 993) {
                suspects.retainAll(model.live.keySet());
                assertThat(store.buryAllSuspects()).isEqualTo(suspects.size());
                model.live.keySet().removeAll(suspects);
                suspects.clear();
            } else if (action < 996) {
                store.releaseAll();
                released.clear();
                released.addAll(model.live.keySet());
            } else if (action < 998) {
                released.retainAll(model.live.keySet());
                Set<String> chosen = new HashSet<>();
                store.buryReleased((bytes, from, length) -> {
                    byte[] seen = Arrays.copyOfRange(bytes, from, from + length);
                    assertThat(released).contains(StoreModel.keyOf(seen));
                    return seen.length % 2 == 0 && chosen.add(StoreModel.keyOf(seen));
                });
                model.live.keySet().removeAll(chosen);
                released.removeAll(chosen);
            } else if (action < 999 && random.nextInt(4) == 0) {
                assertThat(store.buryAll()).isEqualTo(model.live.size());
                model.live.clear();
                suspects.clear();
            }
            assertThat(store.contains(key(record))).isEqualTo(model.live.containsKey(text));
            WireBuffer copy = new WireBuffer(16);
            assertThat(store.copy(key(record), copy))
                    .isEqualTo(model.live.containsKey(text) ? Known.in(model.live, text).length : -1);
            if (step % 1000 == 0) {
                model.assertSame(store);
            }
        }
        follower.told.clear();
        store.drainAll(true, follower);
        settleTold(model, follower);
        model.assertSame(store);
        follower.assertFollows(model.live);
        assertThat(store.dirty()).isZero();
        assertThat(model.settled.keySet()).isEqualTo(model.live.keySet());
    }

    /** What the follower was told is settled now, be it there or gone. */
    private static void settleTold(StoreModel model, Follower follower) {
        for (String key : follower.told) {
            byte[] record = model.live.get(key);
            if (record == null) {
                model.settled.remove(key);
                assertThat(follower.records).doesNotContainKey(key);
            } else {
                model.settled.put(key, record);
                assertThat(follower.records.get(key)).isEqualTo(record);
            }
        }
    }

    private static void replaceBucket(Kind kind, int bucket, StoreModel model, Follower follower) {
        Map<String, byte[]> there = new HashMap<>(model.live);
        there.keySet().removeIf(key -> StoreModel.bucketOf(kind, key) != bucket);
        model.settled.keySet().removeIf(key -> StoreModel.bucketOf(kind, key) == bucket);
        model.settled.putAll(there);
        follower.records.keySet().removeIf(key -> StoreModel.bucketOf(kind, key) == bucket && !there.containsKey(key));
        there.forEach((key, record) -> assertThat(follower.records.get(key)).isEqualTo(record));
    }

    /** A receiver's life: the digests follow at once; marks only serve whoever drains. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldAgreeWithAModelAsAReceiver(long seed) {
        Random random = new Random(seed);
        boolean marking = seed % 2 == 0;
        Kind kind = random.nextBoolean() ? Kind.EXPECTATION : Kind.CONNTRACK;
        RecordStore store = new RecordStore(kind);
        StoreModel model = new StoreModel();
        Follower follower = new Follower();
        int flows = 50 + random.nextInt(1500);
        for (int step = 0; step < 20_000; step++) {
            byte[] record = record(random.nextInt(flows), random);
            String text = StoreModel.keyOf(record);
            int action = random.nextInt(100);
            if (action < 50) {
                boolean made = store.put(key(record), record, 0, record.length, step, marking);
                store.settle(key);
                assertThat(made).isEqualTo(model.live.put(text, record) == null);
                model.settled.put(text, record);
            } else if (action < 70) {
                assertThat(store.drop(key(record), marking)).isEqualTo(model.live.remove(text) != null);
                model.settled.remove(text);
            } else if (action < 80) {
                replacedBucket(store, kind, model, record, marking, random);
            } else if (action < 85) {
                if (marking) {
                    store.markAgain(key(record));
                }
            } else {
                store.drainOne(false, follower);
            }
            if (step % 1000 == 0) {
                model.assertSame(store);
            }
        }
        model.assertSame(store);
        store.drainAll(false, follower);
        model.assertSame(store);
        if (marking) {
            follower.assertFollows(model.live);
        } else {
            assertThat(follower.told).isEmpty();
        }
    }

    private void replacedBucket(
            RecordStore store, Kind kind, StoreModel model, byte[] record, boolean marking, Random random) {
        int bucket = StoreModel.bucketOf(kind, StoreModel.keyOf(record));
        Set<String> gone = new HashSet<>(model.live.keySet());
        gone.removeIf(key -> StoreModel.bucketOf(kind, key) != bucket);
        store.suspectBucket(bucket);
        for (String kept : Set.copyOf(gone)) {
            if (random.nextBoolean()) {
                byte[] again = Known.in(model.live, kept);
                store.put(key(again), again, 0, again.length, 0, marking);
                store.settle(key);
                gone.remove(kept);
            }
        }
        assertThat(store.dropSuspects(bucket, marking)).isEqualTo(gone.size());
        model.live.keySet().removeAll(gone);
        model.settled.keySet().removeAll(gone);
    }

    @Test
    void shouldLeaveATombstoneOnlyOfWhatWasAnnounced() {
        RecordStore store = new RecordStore(Kind.CONNTRACK);
        Follower follower = new Follower();
        byte[] record = Flows.record(Flows.flow(1));
        store.put(key(record), record, 0, record.length, 0, true);
        store.remove(key(1), true);
        store.drainAll(true, follower);
        assertThat(follower.told).as("never announced, so nothing to take back").isEmpty();

        store.put(key(record), record, 0, record.length, 0, true);
        store.drainAll(true, follower);
        store.remove(key(1), true);
        assertThat(store.settled()).as("the tombstone still counts").isOne();
        assertThat(store.live()).isZero();
        follower.told.clear();
        store.drainAll(true, follower);
        assertThat(follower.told).containsExactly(StoreModel.keyOf(record));
        assertThat(follower.records).isEmpty();
        assertThat(store.settled()).isZero();
    }

    @Test
    void shouldSayNothingWhenARecordCameBackAsItWas() {
        RecordStore store = new RecordStore(Kind.CONNTRACK);
        Follower follower = new Follower();
        byte[] record = Flows.record(Flows.flow(1));
        store.put(key(record), record, 0, record.length, 5, true);
        store.drainAll(true, follower);
        follower.told.clear();
        store.remove(key(1), true);
        assertThat(store.put(key(record), record, 0, record.length, 9, true)).isTrue();
        store.drainAll(true, follower);
        assertThat(follower.told).isEmpty();
        int[] since = {0};
        store.bucket(StoreModel.bucketOf(Kind.CONNTRACK, StoreModel.keyOf(record)), new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int second) {
                since[0] = second;
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {}
        });
        assertThat(since[0]).as("made anew").isEqualTo(9);
    }

    @Test
    void shouldDrainInTheOrderOfTheMarks() {
        RecordStore store = new RecordStore(Kind.CONNTRACK);
        for (int flow = 0; flow < 3000; flow++) {
            byte[] record = Flows.record(Flows.flow(flow));
            store.put(key(record), record, 0, record.length, 0, true);
        }
        int[] next = {0};
        store.drainAll(true, new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int since) {
                assertThat(Arrays.copyOfRange(bytes, from, from + length))
                        .isEqualTo(Flows.record(Flows.flow(next[0]++)));
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {}
        });
        assertThat(next[0]).isEqualTo(3000);
    }

    /** The cache is the queue: neither changes nor short flows that nobody drains may pile up. */
    @Test
    void shouldNotPileUpWhileNobodyDrains() {
        Random random = new Random(21);
        RecordStore store = new RecordStore(Kind.CONNTRACK);
        for (int step = 0; step < 300_000; step++) {
            byte[] moving = record(random.nextInt(100), random);
            store.put(key(moving), moving, 0, moving.length, 0, true);
            byte[] brief = Flows.record(Flows.flow(1000 + step));
            store.put(key(brief), brief, 0, brief.length, 0, true);
            store.remove(key(brief), true);
        }
        assertThat(store.live()).isLessThanOrEqualTo(100);
        assertThat(store.dirty()).isLessThan(2000);
        assertThat(store.memoryBytes()).isLessThan(1 << 20);
    }

    @Test
    void shouldTakeAMillionRecordsInLittleMemory() {
        RecordStore store = new RecordStore(Kind.CONNTRACK);
        int records = 1_100_000;
        long bytes = 0;
        for (int flow = 0; flow < records; flow++) {
            byte[] record = ordinary(flow);
            bytes += record.length;
            assertThat(store.put(key(record), record, 0, record.length, 0, true))
                    .isTrue();
        }
        long perRecord = store.memoryBytes() / records;
        System.out.printf(
                "%d records of %.1f bytes: %d bytes of memory each%n", records, (double) bytes / records, perRecord);
        assertThat(bytes / records).isBetween(33L, 40L);
        assertThat(store.live()).isEqualTo(records);
        assertThat(perRecord).isLessThan(120);
        store.drainAll(true, RecordStore.NOBODY);
        assertThat(store.settled()).isEqualTo(records);
        long before = store.memoryBytes();
        assertThat(store.buryAll()).isEqualTo(records);
        store.drainAll(true, RecordStore.NOBODY);
        assertThat(store.settled()).isZero();
        assertThat(store.sum()).isZero();
        for (int flow = 0; flow < records; flow++) {
            byte[] again = ordinary(flow);
            store.put(key(again), again, 0, again.length, 0, true);
        }
        assertThat(store.memoryBytes()).as("freed blocks are used again").isEqualTo(before);
    }

    /** A TCP flow over IPv4 with its source translated, as a gateway has most. */
    private static byte[] ordinary(int number) {
        ConntrackBuilder entry = new ConntrackBuilder();
        entry.original =
                Tuple.ipv4(Protocol.TCP, 0x0a000000 + number / 60_000, 0x0a010002, 1024 + number % 60_000, 443);
        entry.status = Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED;
        entry.timeoutSeconds = 432_000;
        entry.state = new TcpState(TcpState.ESTABLISHED, 7, 7, 0x23, 0x23);
        entry.mark = 0x10001;
        return Flows.record(Flows.built(entry));
    }
}
