package org.conntwin.node.demo.kernel;

import java.time.Duration;
import java.util.List;
import org.conntwin.node.demo.flow.SurvivalTable;
import org.conntwin.node.demo.stage.ChildProcess;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/**
 * What live traffic has beside the flows: an FTP session whose data connection is announced before the failure and made
 * after it, and a SYN flood that goes on all the time.
 */
final class LiveGuests {
    /** How long one of them may say nothing. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int SYNS_A_SECOND = 2_000;
    private static final List<String> FLAGS =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    private final DemoOptions options;
    private final Lab lab;
    private final Workspace workspace;
    private final Undo undo;
    private final ChildProcess visit;
    private final ChildProcess flood;
    private String outcome = "not asked";

    private LiveGuests(DemoOptions options, Lab lab, Workspace workspace, Undo undo) throws DemoException {
        this.options = options;
        this.lab = lab;
        this.workspace = workspace;
        this.undo = undo;
        String seed = Long.toString(options.seed());
        start("FTP server", LabPlan.SERVER, FtpShelf.class, List.of(seed), "LISTENING");
        visit = start("FTP client", LabPlan.CLIENT, FtpVisit.class, List.of(LabPlan.SERVER_IPV4, seed), "OK");
        step("announce");
        step("fetch");
        step("announce");
        flood = start(
                "SYN flood",
                LabPlan.CLIENT,
                SynFlood.class,
                List.of(Integer.toString(SYNS_A_SECOND), seed),
                "FLOODING");
    }

    /** Starts them; one file has been fetched when this returns, and the next data connection is announced. */
    static LiveGuests start(DemoOptions options, Lab lab, Workspace workspace, Undo undo) throws DemoException {
        return new LiveGuests(options, lab, workspace, undo);
    }

    private ChildProcess start(String name, String host, Class<?> main, List<String> arguments, String first)
            throws DemoException {
        ChildProcess started = ChildProcess.start(
                name,
                ChildProcess.java(lab.inside(host), FLAGS, main.getName(), arguments),
                workspace.file(name.replace(' ', '-') + ".log"),
                undo);
        String line = started.line(LIMIT);
        if (!line.equals(first)) {
            throw new DemoException(name + ": " + line);
        }
        return started;
    }

    private void step(String name) throws DemoException {
        String answer = asked(name);
        if (!answer.equals("OK")) {
            throw new DemoException("FTP " + name + ": " + answer);
        }
    }

    /** What the FTP client says in the end of a step; on its way it says that it gets on. */
    private String asked(String step) throws DemoException {
        String line = visit.ask(step, LIMIT);
        while (line.equals(FtpVisit.GETS_ON)) {
            line = visit.line(LIMIT);
        }
        return line;
    }

    /** Makes the announced data connection and another one; whether both brought the file whole. */
    boolean survived() {
        try {
            outcome = asked("fetch");
            for (String next : List.of("announce", "fetch")) {
                if (outcome.equals("OK")) {
                    outcome = asked(next);
                }
            }
        } catch (DemoException silent) {
            // The flows have their lines all the same.
            outcome = String.valueOf(silent.getMessage());
        }
        return outcome.equals("OK");
    }

    /** Their lines of the survival table. */
    String lines(NodeProcess node) throws DemoException {
        String sent = flood.ask("count", LIMIT);
        return SurvivalTable.line(
                        "FTP",
                        outcome.equals("OK")
                                ? "data connection of before the kill made after it, 3 files of " + FtpShelf.FILE_BYTES
                                        + " bytes verified"
                                : outcome)
                + SurvivalTable.line(
                        "SYN flood",
                        sent + " SYNs; fw2's table holds " + node.status().table() + " of at most "
                                + (options.flows() + options.udpFlows() + LiveRules.ROOM) + " entries");
    }
}
