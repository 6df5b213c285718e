package org.conntwin.node.demo.userspace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.conntwin.node.demo.endpoint.Line;
import org.conntwin.node.demo.endpoint.StackOptions;
import org.conntwin.node.demo.endpoint.Timed;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.gate.GateCounts;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.NodeStatus;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/**
 * The second act: connections end on fw2 while nothing of that reaches fw1; then fw2 is killed. So fw1 takes over entries of
 * connections that are gone, in the wrong state, and their clients use the same ports again at once. Where a tracker drops
 * what does not fit its state, each of them would wait a second for its SYN to be sent again; here none sends anything
 * twice.
 */
final class OutOfSyncAct {
    private static final int FIRST_PORT = 43_000;
    private static final int MOST_CONNECTIONS = 2_000;
    private static final int KINDS = 10;
    private static final int RESET_KIND = 7;
    private static final int IDLE_KIND = 8;
    private static final int HALF_CLOSED_KIND = 9;
    private static final long OPENING_NANOS = 1_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Nothing that goes well stands still for so long. */
    private static final Duration STILL_LIMIT = Duration.ofSeconds(15);
    /** The owner tells windows that moved within a quarter of a second. */
    private static final long WINDOWS_MILLIS = 300;
    /** The table's thread tells what happened a moment later. */
    private static final Duration EVENTS_LIMIT = Duration.ofSeconds(2);
    /** Events of an entry in the wrong state that becomes a new connection's, which the client ends. */
    private static final List<String> RECOVERY = Stream.of(
                    "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "LAST_ACK", "TIME_WAIT")
            .map(state -> "UPDATE " + state + " [ASSURED]")
            .toList();

    private final Story story;
    private final World world;
    private final ExpectedConnections expected;
    private final DemoOptions options;
    private final SplittableRandom random;
    private final List<Exchange> first = new ArrayList<>();
    private final List<Exchange> again = new ArrayList<>();

    /**
     * How it ended.
     *
     * @param wrong how many entries were in which wrong state at the takeover
     * @param idle connections that were idle meanwhile
     * @param idleSurvived those of them that went on and ended in order
     * @param opened new connections on the same ports
     * @param succeeded those of them that did what they wanted
     * @param retransmissions how often any new connection sent something twice
     * @param invalid packets that fw1 called invalid
     * @param dropped packets that fw1 refused otherwise
     * @param watched one of the new connections
     * @param events the table's events of that one
     */
    record Outcome(
            Map<String, Integer> wrong,
            int idle,
            int idleSurvived,
            int opened,
            int succeeded,
            long retransmissions,
            long invalid,
            long dropped,
            Tuple watched,
            List<String> events) {
        /**
         * Whether nothing was lost, neither a connection nor a packet, nothing had to be sent twice, and the old entry
         * went on as the new connection: never destroyed, never anything but assured.
         */
        boolean good() {
            return wrongStates() > 0
                    && idleSurvived == idle
                    && succeeded == opened
                    && retransmissions == 0
                    && invalid == 0
                    && dropped == 0
                    && events.equals(RECOVERY);
        }

        private int wrongStates() {
            return wrong.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** The table for the operator. */
        String text() {
            return SurvivalTable.line("in the wrong state", wrongStates() + " entries at the takeover " + wrong)
                    + SurvivalTable.line("new connections", opened + " on the same ports, " + succeeded + " succeeded")
                    + SurvivalTable.line("retransmissions", Long.toString(retransmissions))
                    + SurvivalTable.line(
                            "invalid packets", invalid + (dropped == 0 ? "" : " (" + dropped + " dropped otherwise)"))
                    + SurvivalTable.line("idle meanwhile", idle + " connections, " + idleSurvived + " survived")
                    + SurvivalTable.line("events of one", Addressing.text(watched) + ":")
                    + String.join(
                            "",
                            events.stream()
                                    .map(line -> SurvivalTable.line("", line))
                                    .toList())
                    + (events.equals(RECOVERY) ? "" : SurvivalTable.line("instead of", String.join(", ", RECOVERY)));
        }
    }

    OutOfSyncAct(Story story, World world, ExpectedConnections expected, DemoOptions options) {
        this.story = story;
        this.world = world;
        this.expected = expected;
        this.options = options;
        random = new SplittableRandom(options.seed() + 1);
    }

    /**
     * Plays it.
     *
     * @param active has the addresses when it begins
     * @param backup is ready
     * @param backupDoors those of {@code backup}
     */
    Outcome play(FirewallNode active, FirewallNode backup, World.Doors backupDoors) throws DemoException {
        world.ask(now -> {
            world.lines().forEach(line -> line.quality(Line.Quality.PERFECT));
            return true;
        });
        connect();
        awaitBackup(backup);
        active.cutLink();
        story.say("replication: what fw2 says is lost from now on; fw1 knows nothing newer");
        endMost();
        active.kill();
        world.route(null);
        story.say("fw2: killed with SIGKILL");
        story.promote(backup);
        world.route(backupDoors);

        Map<String, Integer> wrong = wrongStates(backup);
        Tuple watched = first.getFirst().tuple();
        backup.watch(Addressing.source(watched), watched.sourceKey());
        GateCounts before = backup.counts();
        reconnect();
        GateCounts after = backup.counts();
        List<Exchange> idle = first.stream().filter(e -> kind(e) == IDLE_KIND).toList();
        // Fewer events than that are a finding of its own, told with the others.
        boolean all = story.await(() -> backup.events().size() >= RECOVERY.size(), EVENTS_LIMIT);
        if (!all) {
            story.say("fw1: told too little of the connection that is watched");
        }
        List<String> events = backup.events();
        return world.ask(now -> new Outcome(
                wrong,
                idle.size(),
                (int) idle.stream().filter(e -> e.gone() && !e.failed()).count(),
                again.size(),
                (int) again.stream().filter(e -> e.gone() && !e.failed()).count(),
                again.stream().mapToLong(Exchange::retransmissions).sum(),
                after.invalid() - before.invalid(),
                after.dropped() + after.refused() - before.dropped() - before.refused(),
                watched,
                events));
    }

    private static int kind(Exchange exchange) {
        return (exchange.tuple().sourceKey() - FIRST_PORT) % KINDS;
    }

    private void connect() throws DemoException {
        int connections = Math.clamp(options.flows(), KINDS, MOST_CONNECTIONS);
        for (int i = 0; i < connections; i++) {
            first.add(exchange(i, 0, Exchange.Ending.NONE));
        }
        open(first);
        expectAll(first, e -> e.answers() == 1, "got an answer through fw2");
        world.ask(now -> {
            first.stream().filter(e -> kind(e) == HALF_CLOSED_KIND).forEach(e -> e.endClient(false, now));
            return true;
        });
        expectAll(first, Exchange::quiet, "came to rest");
        story.say("connections: " + first.size() + " established through fw2, each has its first answer");
    }

    private Exchange exchange(int index, int round, Exchange.Ending ending) {
        return new Exchange(
                world,
                Addressing.tcp(FIRST_PORT + index, Addressing.ANSWER_PORT),
                options.seed(),
                FIRST_PORT + index + (round << 16),
                ending);
    }

    /** Opens connections one after the other. */
    private void open(List<Exchange> all) throws DemoException {
        StackOptions stack = StackOptions.USUAL;
        Timed opener = new Timed() {
            private int opened;
            private long next;

            @Override
            public long deadline() {
                return next;
            }

            @Override
            public void due(long now) {
                all.get(opened++).begin(expected, StackChoice.draw(random), stack, now);
                next = opened < all.size() ? now + OPENING_NANOS : NEVER;
            }
        };
        world.ask(now -> {
            world.timers().changed(opener);
            return true;
        });
    }

    private void expectAll(List<Exchange> all, Predicate<Exchange> what, String words) throws DemoException {
        if (!story.awaitGrowth(() -> count(all, what), all.size(), STILL_LIMIT)) {
            throw new DemoException("only " + count(all, what) + " of " + all.size() + " connections " + words
                    + ", and no more for " + STILL_LIMIT.toSeconds() + " s");
        }
    }

    private int count(List<Exchange> all, Predicate<Exchange> what) throws DemoException {
        return world.ask(now -> (int) all.stream().filter(what).count());
    }

    private void awaitBackup(FirewallNode backup) throws DemoException {
        NodeStatus[] last = {backup.status()};
        boolean there = story.await(
                () -> {
                    NodeStatus before = last[0];
                    last[0] = backup.status();
                    return last[0].external() >= first.size()
                            && last[0].parity()
                            && last[0].external() == before.external();
                },
                LIMIT);
        if (!there) {
            throw new DemoException("fw1 came back and holds " + last[0].external() + " entries of fw2 after "
                    + LIMIT.toSeconds() + " s: replication does not work");
        }
        Story.pause(WINDOWS_MILLIS);
        story.say("backup: fw1 is back and holds " + last[0].external() + " entries of fw2, parity");
    }

    /** Most connections end, in one way or another. */
    private void endMost() throws DemoException {
        world.ask(now -> {
            for (Exchange exchange : first) {
                switch (kind(exchange)) {
                    case RESET_KIND -> exchange.breakOff(now);
                    case IDLE_KIND -> {
                        // It waits for better times.
                    }
                    case HALF_CLOSED_KIND -> exchange.endServer(now);
                    default -> exchange.endClient(true, now);
                }
            }
            return true;
        });
        expectAll(first, e -> kind(e) == IDLE_KIND || e.gone(), "ended on fw2");
        story.say("connections: " + count(first, Exchange::gone) + " ended by FIN or RST through fw2, "
                + count(first, e -> !e.gone()) + " are idle");
    }

    /** How many of the connections that are gone still have an entry that says otherwise. */
    private Map<String, Integer> wrongStates(FirewallNode node) throws DemoException {
        Map<Tuple, String> states = new HashMap<>();
        for (String line : node.control().send(List.of("dump", "table")).lines().toList()) {
            try {
                Conntrack entry = EntryParser.parse(line);
                ProtocolState state = entry.state();
                if (state != null) {
                    states.put(entry.original(), state.stateName());
                }
            } catch (LineException e) {
                throw new DemoException("fw1's table has a line that is no entry: " + line, e);
            }
        }
        Map<String, Integer> wrong = new TreeMap<>();
        for (Exchange exchange : first) {
            String state = states.get(exchange.tuple());
            if (kind(exchange) != IDLE_KIND && state != null && !state.equals("TIME_WAIT") && !state.equals("CLOSE")) {
                wrong.merge(state, 1, Integer::sum);
            }
        }
        story.say("fw1: has the addresses, and entries in the wrong state: " + wrong);
        return wrong;
    }

    /** New connections on the ports of those that are gone; the idle ones go on. */
    private void reconnect() throws DemoException {
        for (int i = 0; i < first.size(); i++) {
            if (i % KINDS != IDLE_KIND) {
                again.add(exchange(i, 1, Exchange.Ending.CLIENT));
            }
        }
        world.ask(now -> {
            first.stream().filter(e -> kind(e) == IDLE_KIND).forEach(e -> e.request(now));
            return true;
        });
        open(again);
        List<Exchange> idle = first.stream().filter(e -> kind(e) == IDLE_KIND).toList();
        boolean answered = story.awaitGrowth(() -> count(idle, e -> e.answers() == 2), idle.size(), STILL_LIMIT);
        if (answered) {
            world.ask(now -> {
                idle.forEach(e -> e.endClient(true, now));
                return true;
            });
        }
        story.awaitGrowth(
                () -> count(again, e -> e.gone() || e.failed()) + count(idle, e -> e.gone() || e.failed()),
                again.size() + idle.size(),
                answered ? STILL_LIMIT : Duration.ZERO);
    }
}
