package org.conntwin.it.containers;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.conntwin.it.lab.CommandResult;

/**
 * Debian's conntrackd, told its role by keepalived's scripts in the classic primary-backup way: what its manual advises,
 * and where that leaves a choice, what helps it most here.
 */
final class ConntrackdReplicator implements Replicator {
    /**
     * A flow's protocol, state and first tuple, of which alone the external cache's lines have any. Without its l4 ports
     * a line is of no flow of these scenarios.
     */
    private static final Pattern FLOW = Pattern.compile("^.*?src=\\S+ dst=\\S+ sport=\\d+ dport=\\d+");

    private static final Pattern NEW_ENTRIES = Pattern.compile("(?m)Committed (\\d+) new (entries|expectations)");
    private static final Pattern SECONDS = Pattern.compile("(?m)commit has taken ([0-9.]+) seconds");

    @Override
    public String name() {
        return "conntrackd";
    }

    @Override
    public String image() {
        return ContainerEngine.CONNTRACKD_IMAGE;
    }

    @Override
    public boolean isCompared() {
        return true;
    }

    @Override
    public Optional<String> onlyPairs() {
        return Optional.of(
                "FTFW counts one sender's messages in sequence, and takes those of another as old ones: two nodes only");
    }

    @Override
    public void configure(LabContainer container, Site site) {
        container.write("/lab/replicator.sh", Resources.text("conntrackd.sh"), FileMode.EXECUTABLE);
        container.write("/etc/conntrackd/conntrackd.conf", daemon(site), FileMode.PLAIN);
    }

    /** Two firewalls there are: 1 and 2. */
    private static String daemon(Site site) {
        String text = Resources.text("conntrackd.conf");
        text = Examples.replaced(text, "OWN-SYNC", Link.SYNC.address(site.host()));
        text = Examples.replaced(text, "PEER-SYNC", Link.SYNC.address(Site.host(3 - site.number())));
        text = Examples.replaced(text, "SYNC-DEVICE", site.sync());
        text = Examples.replaced(text, "SYNC-NETWORK", Link.SYNC.network());
        text = Examples.replaced(text, "OWN-LAN", Link.LAN.address(site.host()));
        return Examples.replaced(text, "OWN-WAN", Link.WAN.address(site.host()));
    }

    /**
     * The same intervals, priorities and addresses. No file to track and nobody to read a FIFO: scripts are started. Nothing
     * can say when a copy is complete, so a firewall that comes back waits some seconds before it takes the addresses;
     * its copy would otherwise be empty.
     */
    @Override
    public String keepalived(String example) {
        String text = Examples.replacedAll(example, "^  vrrp_notify_fifo [^\n]*\n", "");
        text = Examples.replacedAll(text, "^track_file .*?^}\n", "");
        text = Examples.replacedAll(text, "^vrrp_script .*?^}\n", "");
        text = Examples.replacedAll(text, "^  sync_group_tracking_weight\n.*?^}\n", """
                  notify_master "/lab/replicator.sh primary"
                  notify_backup "/lab/replicator.sh backup"
                  notify_fault "/lab/replicator.sh fault"
                }
                """);
        return Examples.replacedAll(text, "^  advert_int [^\n]*\n", "  advert_int 0.1\n  preempt_delay 5\n");
    }

    @Override
    public String role(LabContainer container) {
        CommandResult told = container.run("/lab/replicator.sh", "role");
        return told.exitCode() == 0 ? told.stdout().strip() : "does not run";
    }

    /** It has no notion of a complete copy, nor of a peer that is not heard. */
    @Override
    public Optional<Boolean> trusted(LabContainer container) {
        return Optional.empty();
    }

    @Override
    public boolean hasCopy(LabContainer backup, LabContainer active) {
        return flows(backup, "-e").containsAll(flows(active, "-i"))
                && expectations(backup, "-e").containsAll(expectations(active, "-i"));
    }

    private static Set<String> flows(LabContainer container, String cache) {
        return lines(
                container,
                cache + " ct",
                line -> FLOW.matcher(line)
                        .results()
                        .map(MatchResult::group)
                        .findFirst()
                        .orElse(""));
    }

    private static Set<String> expectations(LabContainer container, String cache) {
        return lines(container, cache + " expect", line -> line.replaceAll(" *\\[active since.*", ""));
    }

    private static Set<String> lines(LabContainer container, String words, UnaryOperator<String> key) {
        return container
                .shell("conntrackd " + words)
                .lines()
                .map(key)
                .filter(line -> !line.isBlank())
                .collect(Collectors.toSet());
    }

    /** keepalived starts no script of the classic three when a master keeps its addresses. */
    @Override
    public OptionalLong comebacks(LabContainer container) {
        return OptionalLong.empty();
    }

    @Override
    public String lastCommit(LabContainer container) {
        String log = container.read("/run/lab/conntrackd.log");
        return String.format(
                Locale.ROOT,
                "%d entries, %d expectations, %.1f ms",
                last(log, "entries"),
                last(log, "expectations"),
                1000 * seconds(log).orElse(-0.001));
    }

    private static long last(String log, String what) {
        return NEW_ENTRIES
                .matcher(log)
                .results()
                .filter(match -> match.group(2).equals(what))
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .reduce(0, (former, later) -> later);
    }

    private static OptionalDouble seconds(String log) {
        return SECONDS.matcher(log)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .reduce((former, later) -> later);
    }

    @Override
    public String diagnosis() {
        return "tail -n 40 /run/lab/conntrackd.log /run/lab/notify.log; conntrackd -s; conntrackd -s network";
    }
}
