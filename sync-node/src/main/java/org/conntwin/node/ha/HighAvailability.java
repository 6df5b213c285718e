package org.conntwin.node.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.conntwin.node.config.NodeConfig.Ha;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.Readiness;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.role.TakeoverListener;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.RoleName;
import org.jspecify.annotations.Nullable;

/**
 * A node's ties to keepalived, as far as its configuration names them: the FIFO that it is told its role by, the file that it
 * tells its health by, and the hold of packets. The last state that keepalived told is kept in a file beside the FIFO, for a
 * node that is restarted while keepalived runs on.
 */
public final class HighAvailability implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HighAvailability.class.getName());
    private static final long TICK_MILLIS = 100;
    private static final int TICKS_A_CHECK = 5;
    private static final int LONGEST_MEMORY = 16 * 1024;
    private static final long HELLO_MILLIS = 500;

    private final RoleKeeper roles;
    private final Identity identity;
    private final Replication replication;
    private final Clock clock;
    private final KeepalivedView view = new KeepalivedView();
    private final RoleFollower follower;
    private final Retake retake;
    private final @Nullable NotifyFifo fifo;
    private final @Nullable Path memory;
    private final @Nullable TrackFile track;
    private final @Nullable TrafficHold hold;
    private final LongAdder lines = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("keepalived-timer").daemon().factory());
    private int ticks;
    private @Nullable List<String> kept;

    /** Does nothing before {@link #start}. */
    public HighAvailability(Ha config, RoleKeeper roles, Identity identity, Replication replication, Clock clock) {
        this.roles = roles;
        this.identity = identity;
        this.replication = replication;
        this.clock = clock;
        this.retake = new Retake(roles, identity, replication, clock);
        this.follower = new RoleFollower(roles, identity, retake);
        Path path = config.keepalivedFifo();
        this.fifo = path == null ? null : new NotifyFifo(path, this::line);
        this.memory = path == null ? null : path.resolveSibling(path.getFileName() + ".state");
        Path file = config.trackFile();
        this.track = file == null ? null : new TrackFile(file, this::trusted, clock);
        this.hold = config.hold() == null ? null : new TrafficHold(config.hold(), clock);
    }

    /**
     * Begins to follow keepalived.
     *
     * @throws HaException when the FIFO or the track file cannot be used
     */
    public void start() {
        try {
            begin();
        } catch (IOException unusable) {
            throw new HaException(unusable);
        }
    }

    private void begin() throws IOException {
        if (hold != null) {
            roles.listener(hold);
            hold.start();
        }
        if (track != null) {
            track.start();
        }
        if (fifo != null) {
            follower.start();
            remember();
            fifo.start();
        }
        if (fifo != null || track != null) {
            var ticking = timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
            if (ticking.isDone()) {
                throw new IllegalStateException("the timer does not run");
            }
        }
    }

    /** What keepalived said before this node was restarted; what it said meanwhile waits in the FIFO. */
    private void remember() {
        Path file = memory;
        if (file == null) {
            return;
        }
        List<NotifyLine> known = remembered(file).stream()
                .map(NotifyLine::parse)
                .flatMap(Optional::stream)
                .toList();
        Word last;
        synchronized (view) {
            last = view.restored(known);
        }
        if (last == null) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, "keepalived said before this start: {0}", last);
        switch (last) {
            case MASTER, STILL_MASTER, MASTER_AGAIN -> {
                // Another one may have become active since; peers that are there say so at once.
                replication.awaitHellos(HELLO_MILLIS);
                roles.activeAtStart();
            }
            case BACKUP, FAULT -> follower.follow(last);
        }
    }

    private static List<String> remembered(Path file) {
        try {
            return Files.size(file) > LONGEST_MEMORY ? List.of() : Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", file, unreadable.getMessage());
            return List.of();
        }
    }

    private void line(String text) {
        lines.increment();
        Optional<NotifyLine> line = NotifyLine.parse(text);
        if (line.isEmpty()) {
            unknown.increment();
            if (unknown.sum() == 1) {
                LOG.log(System.Logger.Level.WARNING, "a line in keepalived''s FIFO is unknown: {0}", text);
            }
            return;
        }
        keep(heard(line.get()));
    }

    /** What is known after this line. Words leave in the order in which they were found, also those of the timer. */
    private List<String> heard(NotifyLine line) {
        synchronized (view) {
            Word word = view.heard(line, clock.nanos());
            if (word != null) {
                // One for every advert that had piled up would be too many: what follows from them is logged.
                boolean again = word == Word.MASTER_AGAIN;
                LOG.log(again ? System.Logger.Level.DEBUG : System.Logger.Level.INFO, "keepalived: {0}", line.text());
                follower.follow(word);
            }
            return view.memory();
        }
    }

    private void keep(List<String> now) {
        Path file = memory;
        if (file != null && !now.equals(kept)) {
            try {
                WholeFile.write(file, now.isEmpty() ? "" : String.join("\n", now) + "\n");
                kept = now;
            } catch (IOException failure) {
                LOG.log(System.Logger.Level.WARNING, "{0} cannot be written: {1}", file, failure.getMessage());
            }
        }
    }

    private void tick() {
        try {
            synchronized (view) {
                Word due = view.due(clock.nanos());
                if (due != null) {
                    follower.follow(due);
                }
            }
            if (++ticks % TICKS_A_CHECK == 0) {
                check();
            }
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "looking after keepalived failed", failure);
        }
    }

    private void check() {
        if (fifo != null) {
            fifo.check();
        }
        if (track != null) {
            track.step();
        }
    }

    /** Whether the flows are safe with this node: it has them, or a complete twin of every peer in sight. */
    private boolean trusted() {
        RoleName role = identity.standing().role();
        if (follower.problem() != null) {
            return false;
        }
        if (Readiness.carries(role)) {
            return true;
        }
        // Unlike a gate, a priority counts only against others: who sees nobody yet must not win against who has the
        // flows.
        List<PeerStatus> peers = replication.peers();
        return peers.stream().anyMatch(PeerStatus::up)
                && Readiness.behind(peers, replication::inParity).isEmpty();
    }

    /** What is wrong now, a line each; empty when nothing is. */
    public List<String> problems() {
        List<String> all = new ArrayList<>();
        add(all, follower.problem());
        add(all, fifo == null ? null : fifo.problem());
        add(all, track == null ? null : track.problem());
        add(all, hold == null ? null : hold.problem());
        return all;
    }

    private static void add(List<String> all, @Nullable String problem) {
        if (problem != null) {
            all.add(problem);
        }
    }

    /** Whether the configuration names any of it. */
    public boolean configured() {
        return fifo != null || track != null || hold != null;
    }

    /** Whether packets that come now would wait for a takeover. */
    public boolean holding() {
        return hold != null && hold.holding();
    }

    /** Counters since the start, by name; empty when nothing of this is configured. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        if (fifo != null) {
            all.put("lines", lines.sum());
            all.put("unknownLines", unknown.sum());
            all.put("overlongLines", fifo.overlong());
            synchronized (view) {
                all.put("ignoredLines", view.ignored());
            }
            all.put("takeovers", follower.takeovers());
            all.put("comebacks", retake.comebacks());
            all.put("collapsed", follower.collapsed());
            all.put("failures", follower.failures());
        }
        if (hold != null) {
            all.put("heldPackets", hold.held());
            all.put("expiredHolds", hold.expired());
        }
        return all;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (fifo != null) {
            fifo.close();
        }
        follower.close();
        if (track != null) {
            track.close();
        }
        roles.listener(TakeoverListener.NONE);
        if (hold != null) {
            hold.close();
        }
    }
}
