package org.conntwin.node.demo.kernel;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.stage.CommitSummary;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.NodeStatus;
import org.conntwin.node.demo.stage.Tools;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/** What the demo does, in order: build, start, open flows, kill, take over, verify. One thread. */
public final class FailoverStory {
    private static final Duration ESTABLISH_LIMIT = Duration.ofSeconds(30);
    private static final Duration REPLICATE_LIMIT = Duration.ofSeconds(30);
    /** A flow whose retransmission timer has backed off during the takeover comes back within this. */
    private static final Duration GO_ON_LIMIT = Duration.ofSeconds(20);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);
    private static final long POLL_MILLIS = 100;
    /** Long enough for the flood to fill the table, and for UDP flows to be assured by then. */
    private static final long FLOODED_MILLIS = 3_000;

    private final DemoOptions options;
    private final boolean commit;
    private final Tools tools;
    private final Undo undo;
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    /**
     * @param commit false leaves the commit out, to show that nothing survives without it
     */
    public FailoverStory(DemoOptions options, boolean commit, Tools tools, Undo undo, PrintStream out) {
        this.options = options;
        this.commit = commit;
        this.tools = tools;
        this.undo = undo;
        this.out = out;
    }

    /** Runs it to the end and prints the table; whether everything survived. */
    public boolean run() throws DemoException {
        Workspace.removeLeftovers();
        Lab.removeLeftovers(tools);
        long pid = ProcessHandle.current().pid();
        Workspace workspace = Workspace.create(pid, undo);
        LabPlan plan = new LabPlan(Lab.prefix(pid), Files.exists(Path.of("/proc/net/if_inet6")));
        Lab lab = new Lab(plan, tools, options.live());
        lab.build(undo);
        int flows = options.flows() + options.udpFlows();
        if (!options.live()) {
            lab.checkRoom(flows);
        }
        say("network: client, fw1, fw2, server in namespaces " + plan.prefix() + "*"
                + (plan.ipv6() ? ", IPv4 and IPv6" : ", IPv4 only: this kernel has no IPv6"));

        try {
            ClusterKey.generate(workspace.file("cluster.key"));
        } catch (KeyFileException e) {
            throw new DemoException("cannot make a cluster key: " + e.getMessage(), e);
        }
        String live = options.live() ? LiveRules.section(flows) : "";
        NodeProcess fw1 = NodeProcess.start(LabPlan.FW1, "active", live, lab, workspace, tools, undo);
        NodeProcess fw2 = NodeProcess.start(LabPlan.FW2, "backup", live, lab, workspace, tools, undo);
        fw1.awaitReady();
        fw2.awaitReady();
        say("nodes: fw1 (process " + fw1.process().pid() + ") is active, fw2 (process "
                + fw2.process().pid() + ") is backup");

        Traffic traffic = Traffic.start(options, plan, lab, workspace, undo);
        establish(traffic, flows);
        Optional<LiveGuests> guests =
                options.live() ? Optional.of(LiveGuests.start(options, lab, workspace, undo)) : Optional.empty();
        if (guests.isPresent()) {
            say("beside them: an FTP session with a data connection announced, and a SYN flood");
            Traffic.pause(FLOODED_MILLIS);
        }
        awaitBackup(fw2, flows);

        traffic.arm();
        long killedNanos = System.nanoTime();
        kill(fw1);
        lab.cut(LabPlan.FW1);
        say("fw1: killed with SIGKILL, off both networks");
        Optional<CommitSummary> summary = commit ? Optional.of(promote(fw2)) : Optional.empty();
        lab.takeAddresses(LabPlan.FW2);
        long takeoverNanos = System.nanoTime() - killedNanos;
        traffic.mark();
        say("fw2: has the addresses, " + SurvivalTable.seconds(takeoverNanos) + " after the kill");

        Traffic.Status after = traffic.await(
                s -> s.client().moved() + s.client().failed() >= flows
                        && s.server().moved() + s.server().failed() >= flows,
                end -> end.moved() + end.failed(),
                GO_ON_LIMIT);
        say("flows: " + Math.min(after.client().moved(), after.server().moved()) + " of " + flows
                + " went on through fw2 in both directions");
        boolean visited = guests.isEmpty() || guests.get().survived();
        traffic.finish();
        traffic.await(s -> ended(s.client()) && ended(s.server()), end -> end.closed() + end.failed(), CLOSE_LIMIT);
        SurvivalTable table = traffic.survival();
        print(
                table,
                summary,
                takeoverNanos,
                guests.isEmpty() ? "" : guests.get().lines(fw2));
        return table.allSurvived() && visited;
    }

    private void establish(Traffic traffic, int flows) throws DemoException {
        Traffic.Status status = traffic.await(
                s -> s.client().moving() >= flows && s.server().moving() >= flows,
                AgentStatus::moving,
                ESTABLISH_LIMIT);
        int moving = Math.min(status.client().moving(), status.server().moving());
        if (moving < flows) {
            throw new DemoException(
                    "only " + moving + " of " + flows + " flows were established through fw1, and no other for "
                            + ESTABLISH_LIMIT.toSeconds() + " s; try fewer with --flows");
        }
        say("flows: " + options.flows() + " TCP and " + options.udpFlows()
                + " UDP established, verified bytes in both directions");
    }

    private void awaitBackup(NodeProcess backup, int flows) throws DemoException {
        Patience patience = new Patience(REPLICATE_LIMIT, System.nanoTime());
        NodeStatus status = backup.status();
        while (status.external() < flows) {
            if (patience.over(status.external(), System.nanoTime())) {
                throw new DemoException("fw2 holds only " + status.external() + " entries for " + flows
                        + " flows, and no more for " + REPLICATE_LIMIT.toSeconds() + " s: replication does not work");
            }
            Traffic.pause(POLL_MILLIS);
            status = backup.status();
        }
        say("backup: fw2 holds " + status.external() + " entries of fw1" + (status.parity() ? ", parity" : ""));
    }

    private static void kill(NodeProcess active) throws DemoException {
        if (!active.process().alive() || !active.process().runsJava()) {
            throw new DemoException(
                    "node " + active.name() + " (process " + active.process().pid() + ") ended before it was killed");
        }
        active.process().kill();
    }

    private CommitSummary promote(NodeProcess backup) throws DemoException {
        String output = backup.control().send(List.of("role", "active"));
        CommitSummary summary = CommitSummary.find(output)
                .orElseThrow(() -> new DemoException("'role active' printed no summary line: "
                        + output.lines().findFirst().orElse("nothing")));
        output.lines().forEach(line -> say("fw2: " + line));
        return summary;
    }

    private boolean ended(AgentStatus status) {
        return status.closed() + status.failed() >= options.flows();
    }

    private void print(SurvivalTable table, Optional<CommitSummary> summary, long takeoverNanos, String more) {
        StringBuilder text = new StringBuilder(table.text());
        text.append(SurvivalTable.line(
                "entries committed",
                summary.map(s -> s.entries() + (s.failed() > 0 ? " (" + s.failed() + " failed)" : ""))
                        .orElse("none: commit left out")));
        text.append(SurvivalTable.line(
                "commit time", summary.map(s -> s.seconds() + " s").orElse("-")));
        text.append(SurvivalTable.line(
                "takeover time", SurvivalTable.seconds(takeoverNanos) + "  (SIGKILL until fw2 has the addresses)"));
        text.append(more);
        out.println();
        out.print(text);
        out.flush();
    }

    private void say(String line) {
        out.println(String.format(Locale.ROOT, "[%6.2f s] %s", (System.nanoTime() - startNanos) / 1e9, line));
    }
}
