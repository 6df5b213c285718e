package org.conntwin.node.demo.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.stage.ChildProcess;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/**
 * The flows, as the story sees them: the two programs in the end hosts and what they are told.
 *
 * @param client the end that opened the flows
 * @param server the end that answers
 */
record Traffic(ChildProcess client, ChildProcess server) {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    /** All flows together send no more often than this in each direction, so that two cores carry them. */
    private static final int SENDS_PER_SECOND = 8_000;

    private static final long FASTEST_MICROS = 75_000;

    /** How both ends stand. */
    record Status(AgentStatus client, AgentStatus server) {}

    /** A condition on how both ends stand. */
    interface Condition {
        boolean holds(Status status);
    }

    /** Starts both programs and lets the client open its flows. */
    static Traffic start(DemoOptions options, LabPlan plan, Lab lab, Workspace workspace, Undo undo)
            throws DemoException {
        // Small and steady: their own pauses would be measured as the network's.
        List<String> flags = List.of("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        String seed = Long.toString(options.seed());
        String interval = Long.toString(intervalMicros(options));
        ChildProcess server = ChildProcess.start(
                "traffic server",
                ChildProcess.java(
                        lab.inside(LabPlan.SERVER), flags, FlowServer.class.getName(), List.of(seed, interval)),
                workspace.file("server.log"),
                undo);
        server.line(START_LIMIT);
        List<String> arguments = new ArrayList<>(
                List.of(seed, interval, Integer.toString(options.flows()), Integer.toString(options.udpFlows())));
        arguments.add(LabPlan.SERVER_IPV4);
        if (plan.ipv6()) {
            // Three flows of four over IPv4.
            arguments.add(LabPlan.SERVER_IPV4);
            arguments.add(LabPlan.SERVER_IPV4);
            arguments.add(LabPlan.SERVER_IPV6);
        }
        ChildProcess client = ChildProcess.start(
                "traffic client",
                ChildProcess.java(lab.inside(LabPlan.CLIENT), flags, FlowClient.class.getName(), arguments),
                workspace.file("client.log"),
                undo);
        return new Traffic(client, server);
    }

    /** Mean time between two sends of one flow in one direction. */
    static long intervalMicros(DemoOptions options) {
        long flows = (long) options.flows() + options.udpFlows();
        return Math.max(FASTEST_MICROS, flows * 1_000_000 / SENDS_PER_SECOND);
    }

    /** From now on both ends measure pauses, and the UDP clients are silent. */
    void arm() throws DemoException {
        tell(server, "arm");
        tell(client, "arm");
    }

    /** The takeover is done: what moves from now on went through the new firewall. */
    void mark() throws DemoException {
        tell(server, "mark");
        tell(client, "mark");
    }

    /** Lets the client end its flows in order; the server follows flow by flow. */
    void finish() throws DemoException {
        tell(client, "finish");
    }

    private static void tell(ChildProcess end, String command) throws DemoException {
        String answer = end.ask(command, ANSWER_LIMIT);
        if (!answer.equals("OK")) {
            throw new DemoException("a traffic program answered '" + answer + "' to " + command);
        }
    }

    /** How both ends stand now. */
    Status status() throws DemoException {
        return new Status(
                AgentStatus.parse(client.ask("status", ANSWER_LIMIT)),
                AgentStatus.parse(server.ask("status", ANSWER_LIMIT)));
    }

    /** Waits until the condition holds or nothing has got further for so long; returns how things stood then. */
    Status await(Condition condition, ToLongFunction<AgentStatus> progress, Duration still) throws DemoException {
        Patience patience = new Patience(still, System.nanoTime());
        Status status = status();
        while (!condition.holds(status)
                && !patience.over(
                        progress.applyAsLong(status.client()) + progress.applyAsLong(status.server()),
                        System.nanoTime())) {
            pause(POLL_MILLIS);
            status = status();
        }
        return status;
    }

    /** What both ends have to say of each flow. */
    SurvivalTable survival() throws DemoException {
        return SurvivalTable.of(report(client), report(server));
    }

    private static List<FlowReport> report(ChildProcess end) throws DemoException {
        List<FlowReport> reports = new ArrayList<>();
        String line = end.ask("report", ANSWER_LIMIT);
        while (!line.equals("END")) {
            reports.add(FlowReport.parse(line));
            line = end.line(ANSWER_LIMIT);
        }
        return reports;
    }

    /** Waits a moment: the programs asked are other processes, which nothing here could wait on. */
    static void pause(long millis) throws DemoException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }
}
