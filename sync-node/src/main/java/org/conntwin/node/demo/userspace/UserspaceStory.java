package org.conntwin.node.demo.userspace;

import java.io.PrintStream;
import org.conntwin.node.demo.endpoint.Line;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/** The demo on the userspace table: both acts, one after the other, with the same two firewalls. */
public final class UserspaceStory {
    /** Lines as they are on a bad day. */
    private static final Line.Quality QUALITY = new Line.Quality(0.003, 0.002, 0.005, 15_000_000);

    private final DemoOptions options;
    private final boolean commit;
    private final Undo undo;
    private final PrintStream out;

    /** @param commit false leaves the commit out, to show that nothing survives without it */
    public UserspaceStory(DemoOptions options, boolean commit, Undo undo, PrintStream out) {
        this.options = options;
        this.commit = commit;
        this.undo = undo;
        this.out = out;
    }

    /** Plays both acts and prints what became of all; whether every flow survived. */
    public boolean run() throws DemoException {
        Story story = new Story(out);
        Workspace.removeLeftovers();
        Workspace workspace = Workspace.create(ProcessHandle.current().pid(), undo);
        ExpectedConnections expected = new ExpectedConnections();
        World world = World.open(QUALITY, options.seed(), expected);
        undo.push(world::close);
        Firewalls firewalls = Firewalls.prepare(world, workspace, undo);
        FirewallNode fw1 = firewalls.start("fw1", "active");
        FirewallNode fw2 = firewalls.start("fw2", "backup");
        world.route(fw1.awaitReady());
        World.Doors fw2Doors = fw2.awaitReady();
        story.say("nodes: fw1 (process " + fw1.process().pid() + ") is active, fw2 (process "
                + fw2.process().pid() + ") is backup, on loopback, with the userspace table");

        FailoverAct act = new FailoverAct(story, world, expected, options, commit);
        if (!act.play(fw1, fw2, fw2Doors)) {
            story.print(System.lineSeparator() + act.end(fw2).text());
            return false;
        }
        // It starts while the flows end.
        FirewallNode back = firewalls.start("fw1", "backup");
        FailoverAct.Outcome failover = act.end(fw2);
        if (!failover.table().allSurvived()) {
            story.print(System.lineSeparator() + failover.text());
            return false;
        }
        World.Doors backDoors = back.awaitReady();
        story.say("nodes: fw1 (process " + back.process().pid() + ") is back as backup");
        OutOfSyncAct.Outcome outOfSync = new OutOfSyncAct(story, world, expected, options).play(fw2, back, backDoors);
        story.print(System.lineSeparator() + failover.text() + System.lineSeparator() + outOfSync.text());
        return outOfSync.good();
    }
}
