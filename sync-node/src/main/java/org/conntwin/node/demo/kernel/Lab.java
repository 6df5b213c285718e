package org.conntwin.node.demo.kernel;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.Tools;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/** The demo's network on this machine: made, cut, moved and removed with {@code ip} and {@code nft}. */
final class Lab {
    private static final Pattern NAMESPACE = Pattern.compile("(ctdemo-(\\d{1,10})-[a-z0-9]+)(?: .*)?");
    /** The nodes' own messages and the like. */
    private static final long SPARE_ENTRIES = 100;

    private final LabPlan plan;
    private final boolean live;
    private final Tools tools;

    Lab(LabPlan plan, Tools tools, boolean live) {
        this.live = live;
        this.plan = plan;
        this.tools = tools;
    }

    /** Makes the whole network, with fw1 as the router; what was made by then is registered with {@code undo} when it fails. */
    void build(Undo undo) throws DemoException {
        undo.push(this::remove);
        Tools.Result wired = tools.run(plan.wiring(), "ip", "-batch", "-");
        if (!wired.ok()) {
            throw new DemoException(
                    "cannot create network namespaces: " + wired.reason()
                            + "; run as root on a kernel with namespaces and veth, in a container with CAP_SYS_ADMIN and CAP_NET_ADMIN");
        }
        for (int i = 0; i < plan.bridges().size(); i++) {
            batch(plan.bridges().get(i), plan.bridge(i));
        }
        for (String host : List.of(LabPlan.CLIENT, LabPlan.SERVER)) {
            batch(plan.namespace(host), plan.endHost(host));
        }
        for (String host : List.of(LabPlan.FW1, LabPlan.FW2)) {
            batch(plan.namespace(host), plan.firewall(host));
            if (live) {
                restore(host, LiveRules.text());
            } else {
                tools.expect(LabPlan.ruleset(), "ip", "netns", "exec", plan.namespace(host), "nft", "-f", "-");
            }
            tools.expect(plan.sysctls(), "ip", "netns", "exec", plan.namespace(host), "sh");
        }
        if (live) {
            restore(LabPlan.SERVER, LiveRules.server());
        }
        takeAddresses(LabPlan.FW1);
    }

    private void restore(String host, String rules) throws DemoException {
        for (String tool : List.of("iptables-restore", "ip6tables-restore")) {
            Tools.Result loaded = tools.run(rules, "ip", "netns", "exec", plan.namespace(host), tool);
            if (!loaded.ok()) {
                throw new DemoException("this kernel takes no rules that queue packets (" + tool + ": "
                        + loaded.reason() + "); it needs xt_NFQUEUE, xt_CT and xt_mark");
            }
        }
    }

    /** Checks that the kernel's limit of tracked connections, one for the whole machine, leaves room for so many flows in each firewall. */
    void checkRoom(int flows) throws DemoException {
        for (String host : List.of(LabPlan.FW1, LabPlan.FW2)) {
            String text = tools.expect(
                            "",
                            "ip",
                            "netns",
                            "exec",
                            plan.namespace(host),
                            "cat",
                            "/proc/sys/net/netfilter/nf_conntrack_max")
                    .strip();
            long limit = text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
            // Zero is the kernel's word for no limit.
            if (limit != 0 && limit < flows + SPARE_ENTRIES) {
                throw new DemoException("the kernel tracks at most " + limit
                        + " connections (net.netfilter.nf_conntrack_max) and " + (flows + SPARE_ENTRIES)
                        + " are needed; raise it with 'sysctl -w net.netfilter.nf_conntrack_max=262144'");
            }
        }
    }

    /** Makes a firewall the router of both sides. */
    void takeAddresses(String host) throws DemoException {
        batch(plan.namespace(host), plan.takeAddresses());
    }

    /** Takes a firewall off both networks: its cables are pulled and its addresses gone. */
    void cut(String host) throws DemoException {
        for (String bridge : plan.bridges()) {
            batch(bridge, plan.cut(host));
        }
        batch(plan.namespace(host), plan.dropAddresses());
    }

    /** The words that start a command in a host's namespace; they replace themselves by it, so its process id is the command's. */
    List<String> inside(String host) {
        return List.of("ip", "netns", "exec", plan.namespace(host));
    }

    private void batch(String namespace, String lines) throws DemoException {
        tools.expect(lines, "ip", "-n", namespace, "-batch", "-");
    }

    private void remove() {
        plan.namespaces().forEach(namespace -> removeNamespace(tools, namespace));
    }

    /** What the names of the namespaces of a run begin with. */
    static String prefix(long pid) {
        return "ctdemo-" + pid + "-";
    }

    /** Removes namespaces, with the processes in them, of runs whose process is gone. */
    static void removeLeftovers(Tools tools) throws DemoException {
        tools.expect("", "ip", "netns", "list").lines().forEach(line -> {
            Matcher matcher = NAMESPACE.matcher(line);
            if (matcher.matches() && Workspace.dead(matcher.group(2))) {
                removeNamespace(tools, matcher.group(1));
            }
        });
    }

    /** Ends what still runs in a namespace and deletes it; quiet when there is none. */
    static void removeNamespace(Tools tools, String namespace) {
        Tools.Result pids = tools.cleanUp("", "ip", "netns", "pids", namespace);
        if (!pids.ok()) {
            return;
        }
        pids.output()
                .lines()
                .filter(line -> line.matches("\\d{1,10}"))
                .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
        tools.cleanUp("", "ip", "netns", "del", namespace);
    }
}
