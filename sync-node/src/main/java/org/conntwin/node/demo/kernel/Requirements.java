package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.demo.stage.Tools;

/** What the machine must have for the demo on the kernel's table. */
public final class Requirements {
    private Requirements() {}

    /**
     * Checks it.
     *
     * @throws DemoException that says what is missing and how to get it
     */
    public static void check(DemoOptions options) throws DemoException {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new DemoException(
                        options.live()
                                ? "live packets need root; run 'sudo conntwin demo --table userspace --live'"
                                : "the kernel table needs root; run 'sudo conntwin demo --table kernel'");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new DemoException("the kernel table needs Linux with /proc mounted", e);
        }
        requireTool("ip", "iproute2");
        if (options.live()) {
            requireTool("iptables-restore", "iptables");
            requireTool("ip6tables-restore", "iptables");
        } else {
            requireTool("nft", "nftables");
        }
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
