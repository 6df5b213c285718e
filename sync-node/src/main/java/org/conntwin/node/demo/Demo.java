package org.conntwin.node.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        if (!options.table().equals("kernel")) {
            System.err.println(
                    "demo: this build has the kernel table only; run 'conntwin demo --table kernel' as root");
            return 2;
        }
        Undo undo = new Undo();
        Tools tools = new Tools();
        Thread hook = new Thread(() -> takeDown(tools, undo), "demo-clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            checkMachine(options);
            boolean commit = System.getenv(NO_COMMIT) == null;
            System.out.println("demo: kernel table, " + options.flows() + " TCP and " + options.udpFlows()
                    + " UDP flows, seed " + options.seed() + (commit ? "" : ", commit left out on purpose"));
            if (new FailoverStory(options, commit, tools, undo, System.out)
                    .run()
                    .allSurvived()) {
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

    private static void checkMachine(DemoOptions options) throws DemoException {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new DemoException("the kernel table needs root; run 'sudo conntwin demo --table kernel'");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new DemoException("the kernel table needs Linux with /proc mounted", e);
        }
        requireTool("ip", "iproute2");
        requireTool("nft", "nftables");
        if (!Files.exists(Path.of("/proc/self/ns/net"))) {
            throw new DemoException(
                    "this kernel has no network namespaces (CONFIG_NET_NS); run the demo on one that has");
        }
        long needed = options.flows() + options.udpFlows() + 100L;
        long limit = openFileLimit();
        if (limit < needed) {
            throw new DemoException("a process may open " + limit + " files and " + needed
                    + " are needed; raise the limit with 'ulimit -n " + needed + "' or use fewer flows");
        }
    }

    private static void requireTool(String program, String debianPackage) throws DemoException {
        if (!Tools.installed(program)) {
            throw new DemoException(
                    "the program '" + program + "' is missing; install it (apt-get install " + debianPackage + ")");
        }
    }

    /** The hard limit, to which the virtual machine raises its own. */
    private static long openFileLimit() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.trim().split("\\s+", -1))
                    .filter(words -> words.length > 4 && words[4].matches("\\d{1,18}"))
                    .mapToLong(words -> Long.parseLong(words[4]))
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
