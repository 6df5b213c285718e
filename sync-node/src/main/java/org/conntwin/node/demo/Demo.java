package org.conntwin.node.demo;

import org.conntwin.node.demo.kernel.FailoverStory;
import org.conntwin.node.demo.kernel.Requirements;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.Tools;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.userspace.UserspaceStory;

/** The command {@code conntwin demo}. */
public final class Demo {
    /** For tests: with any value, the takeover leaves the commit out, and the flows must die. */
    private static final String NO_COMMIT = "CONNTWIN_DEMO_NO_COMMIT";

    private Demo() {}

    /**
     * Runs the demo in the foreground and prints progress and the survival table on standard output. Everything it makes is removed before it returns, and
     * also when the program is interrupted. One at a time in a process, any number on a machine.
     *
     * @param options what to run
     * @return the exit code: 0 when every established flow survived, 1 when not or when the machine lacks something, 2 for wrong options; but for 0 one line on
     *     standard error says why
     */
    public static int run(DemoOptions options) {
        if (options.flows() < 1 || options.flows() > DemoOptions.MAX_FLOWS) {
            System.err.println("demo: --flows must be from 1 to " + DemoOptions.MAX_FLOWS + ", not " + options.flows());
            return 2;
        }
        Undo undo = new Undo();
        Tools tools = new Tools();
        Thread hook = new Thread(() -> takeDown(tools, undo), "demo-clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            boolean commit = System.getenv(NO_COMMIT) == null;
            boolean kernel = options.table().equals("kernel") || options.live();
            if (kernel) {
                Requirements.check(options);
            }
            System.out.println("demo: " + options.table() + " table, " + options.flows() + " TCP and "
                    + options.udpFlows() + " UDP flows, seed " + options.seed()
                    + (commit ? "" : ", commit left out on purpose"));
            boolean survived = kernel
                    ? new FailoverStory(options, commit, tools, undo, System.out).run()
                    : new UserspaceStory(options, commit, undo, System.out).run();
            if (survived) {
                return 0;
            }
            System.err.println("demo: not every flow survived; the table above says what became of them");
            return 1;
        } catch (DemoException e) {
            // While the program is being stopped, every step fails for that reason alone.
            if (!undo.closed()) {
                System.err.println("demo: " + e.getMessage());
            }
            return 1;
        } finally {
            takeDown(tools, undo);
            removeHook(hook);
        }
    }

    private static void takeDown(Tools tools, Undo undo) {
        tools.stop();
        undo.close();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is shutting down: the hook itself does the work.
        }
    }
}
