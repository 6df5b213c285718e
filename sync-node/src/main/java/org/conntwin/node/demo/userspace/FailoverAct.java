package org.conntwin.node.demo.userspace;

import java.time.Duration;
import java.util.Optional;
import org.conntwin.node.demo.endpoint.Line;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.gate.GateCounts;
import org.conntwin.node.demo.stage.CommitSummary;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.NodeStatus;

/** The first act: flows through fw1, fw1 is killed in the middle of them, fw2 takes over, the flows go on. */
final class FailoverAct {
    private static final Duration REPLICATE_LIMIT = Duration.ofSeconds(30);
    private static final Duration LEAST_GO_ON_LIMIT = Duration.ofSeconds(8);
    /** Nothing that goes well stands still for so long. */
    private static final Duration STILL_LIMIT = Duration.ofSeconds(15);

    private final Story story;
    private final World world;
    private final Crowd crowd;
    private final DemoOptions options;
    private final boolean commit;
    private Optional<CommitSummary> summary = Optional.empty();
    private long takeoverNanos;

    /**
     * How it ended.
     *
     * @param table what became of the flows
     * @param summary of the commit, empty when it was left out
     * @param takeoverNanos from the kill until fw2 had the addresses
     */
    record Outcome(SurvivalTable table, Optional<CommitSummary> summary, long takeoverNanos) {
        /** The table for the operator. */
        String text() {
            return table.text()
                    + SurvivalTable.line(
                            "entries committed",
                            summary.map(s -> s.entries() + (s.failed() > 0 ? " (" + s.failed() + " failed)" : ""))
                                    .orElse("none: commit left out"))
                    + SurvivalTable.line(
                            "commit time", summary.map(s -> s.seconds() + " s").orElse("-"))
                    + SurvivalTable.line(
                            "takeover time",
                            SurvivalTable.seconds(takeoverNanos) + "  (SIGKILL until fw2 has the addresses)");
        }
    }

    /** @param commit false leaves the commit out, to show that nothing survives without it */
    FailoverAct(Story story, World world, ExpectedConnections expected, DemoOptions options, boolean commit) {
        this.story = story;
        this.world = world;
        this.options = options;
        crowd = new Crowd(world, expected, options);
        this.commit = commit;
    }

    /**
     * Plays it up to the moment when the flows go on; {@link #end} ends them.
     *
     * @param active has the addresses when it begins
     * @param backup is ready
     * @param backupDoors those of {@code backup}
     * @return whether all went on
     */
    boolean play(FirewallNode active, FirewallNode backup, World.Doors backupDoors) throws DemoException {
        int flows = options.flows() + options.udpFlows();
        crowd.open();
        establish(flows);
        awaitBackup(backup, flows);

        crowd.arm();
        long killedNanos = System.nanoTime();
        active.kill();
        world.route(null);
        story.say("fw1: killed with SIGKILL, in the middle of " + flows + " flows");
        if (commit) {
            summary = Optional.of(story.promote(backup));
        }
        world.route(backupDoors);
        takeoverNanos = System.nanoTime() - killedNanos;
        crowd.mark();
        story.say("fw2: has the addresses, " + SurvivalTable.seconds(takeoverNanos) + " after the kill");
        boolean wentOn = story.awaitGrowth(
                () -> {
                    Crowd.Status status = crowd.status();
                    return (long) status.moved() + status.failed();
                },
                flows,
                goOnLimit());
        story.say("flows: " + crowd.status().moved() + " of " + flows + " went on through fw2 in both directions");
        return wentOn;
    }

    /** Lets the flows end and says what became of them. */
    Outcome end(FirewallNode backup) throws DemoException {
        crowd.finish();
        story.awaitGrowth(() -> crowd.status().ended(), options.flows(), commit ? STILL_LIMIT : Duration.ZERO);
        SurvivalTable table = crowd.survival();
        GateCounts counts = backup.counts();
        story.say("lines: " + mishaps() + "; TCP sent " + crowd.retransmissions() + " segments again");
        story.say("fw2: " + counts.passed() + " packets passed, " + counts.invalid() + " invalid, "
                + (counts.refused() + counts.dropped()) + " refused"
                + (counts.lost() == 0 ? "" : ", " + counts.lost() + " could not be sent on"));
        crowd.fallSilent();
        return new Outcome(table, summary, takeoverNanos);
    }

    private void establish(int flows) throws DemoException {
        int shorts = crowd.shortConnections();
        story.awaitGrowth(
                () -> {
                    Crowd.Status status = crowd.status();
                    return (long) status.moving() + status.shortOver() + status.shortFailed();
                },
                flows + shorts,
                STILL_LIMIT);
        Crowd.Status status = crowd.status();
        if (status.moving() < flows) {
            throw new DemoException("only " + status.moving() + " of " + flows
                    + " flows were established through fw1, and no more for " + STILL_LIMIT.toSeconds()
                    + " s; try fewer with --flows");
        }
        story.say("flows: " + options.flows() + " TCP and " + options.udpFlows()
                + " UDP established, verified bytes in both directions");
        story.say(
                "flows: " + status.shortOver() + " short connections came and went, ended by FIN of either side or RST"
                        + (status.shortFailed() == 0 ? "" : "; " + status.shortFailed() + " failed"));
    }

    private void awaitBackup(FirewallNode backup, int flows) throws DemoException {
        NodeStatus[] last = {backup.status()};
        boolean there = story.await(
                () -> {
                    NodeStatus before = last[0];
                    last[0] = backup.status();
                    return last[0].external() >= flows && last[0].parity() && last[0].external() == before.external();
                },
                REPLICATE_LIMIT);
        if (!there) {
            throw new DemoException("fw2 holds " + last[0].external() + " entries for " + flows + " flows after "
                    + REPLICATE_LIMIT.toSeconds() + " s" + (last[0].parity() ? "" : ", without parity")
                    + ": replication does not work");
        }
        story.say("backup: fw2 holds " + last[0].external() + " entries of fw1, parity");
    }

    private Duration goOnLimit() {
        Duration several = Duration.ofNanos(Crowd.intervalMicros(options) * 1_000 * 4);
        return several.compareTo(LEAST_GO_ON_LIMIT) > 0 ? several : LEAST_GO_ON_LIMIT;
    }

    private String mishaps() throws DemoException {
        return world.ask(now -> {
            long lost = world.lines().stream().mapToLong(Line::lost).sum();
            long doubled = world.lines().stream().mapToLong(Line::doubled).sum();
            long delayed = world.lines().stream().mapToLong(Line::delayed).sum();
            return lost + " packets lost, " + doubled + " doubled, " + delayed + " late on purpose";
        });
    }
}
