package org.conntwin.node.local;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.tracker.model.Conntrack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node that writes through, with a table in memory and peers that the test speaks for. */
abstract class WritingThrough {
    static final Duration LONG = Duration.ofSeconds(20);

    final FakeTable table = new FakeTable();
    final InternalCache internal = new InternalCache(Clock.SYSTEM, 100_000);
    final ExternalCache external = new ExternalCache(Clock.SYSTEM, 100_000, true);
    final Set<String> outranking = ConcurrentHashMap.newKeySet();
    final Set<String> lost = ConcurrentHashMap.newKeySet();
    final Map<String, Long> incarnations = new ConcurrentHashMap<>();
    final Set<String> sharing = ConcurrentHashMap.newKeySet();
    final Map<String, Long> claims = new ConcurrentHashMap<>();
    final WriteThrough through = new WriteThrough(
            table,
            internal,
            external,
            new PeerStanding() {
                @Override
                public long claim(String origin) {
                    return claims.getOrDefault(origin, 0L);
                }

                @Override
                public boolean outranks(String origin) {
                    return outranking.contains(origin);
                }

                @Override
                public boolean bygone(String origin) {
                    return false;
                }

                @Override
                public boolean proven(String origin) {
                    return sharing.contains(origin) && inSight(origin);
                }

                @Override
                public boolean inSight(String origin) {
                    return !lost.contains(origin);
                }

                @Override
                public long incarnation(String origin) {
                    return incarnations.getOrDefault(origin, 1L);
                }

                @Override
                public boolean shares(String origin) {
                    return sharing.contains(origin);
                }
            },
            true,
            Turns.threads(Clock.SYSTEM));
    final ExpectationFeed expectations =
            new ExpectationFeed(table, internal, () -> {}, () -> {}, Turns.threads(Clock.SYSTEM));
    final TableFeed feed = new TableFeed(
            internal,
            new ReplicationFilter(ReplicationFilterTest.sync(Filter.NONE, new Expectations(true, Set.of())), List.of()),
            through,
            expectations,
            () -> {},
            () -> {});

    @BeforeEach
    void start() {
        table.listen(feed);
        through.start();
    }

    @AfterEach
    void stop() {
        through.close();
        expectations.close();
    }

    Twin twin(String origin) {
        return Known.known(external.twin(origin));
    }

    void told(String origin, Conntrack entry) {
        told(origin, Kind.CONNTRACK, Flows.record(entry));
    }

    void told(String origin, Kind kind, byte[] record) {
        Twin twin = twin(origin);
        twin.lock();
        try {
            twin.put(kind, record, 0, record.length);
        } catch (MalformedWireException notARecord) {
            throw new AssertionError(notARecord);
        } finally {
            twin.unlock();
        }
        through.wake();
    }

    void toldGone(String origin, Kind kind, byte[] key) {
        Twin twin = twin(origin);
        twin.lock();
        try {
            twin.remove(kind, key, 0, key.length);
        } finally {
            twin.unlock();
        }
        through.wake();
    }

    void awaitMark(int flow, int mark) {
        await().atMost(LONG).until(() -> {
            Conntrack entry = table.entry(Flows.tuple(flow));
            return entry != null && entry.mark() == mark;
        });
    }
}
