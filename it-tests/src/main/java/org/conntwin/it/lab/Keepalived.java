package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * keepalived on one firewall of a lab, with the example configuration that is shipped, its names and addresses replaced by
 * the lab's. Not thread-safe.
 */
public final class Keepalived {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Firewall firewall;
    private final Path vrrpPid;
    private final LabProcess process;

    private Keepalived(Firewall firewall, Path vrrpPid, LabProcess process) {
        this.firewall = firewall;
        this.vrrpPid = vrrpPid;
        this.process = process;
    }

    /** The FIFO that it writes to, for a node's configuration. */
    public static Path fifo(Lab lab, Firewall firewall) {
        return lab.directory().resolve(firewall.name() + ".fifo");
    }

    /** The file that it tracks. */
    public static Path trackFile(Lab lab, Firewall firewall) {
        return lab.directory().resolve(firewall.name() + ".track");
    }

    /**
     * Starts it.
     *
     * @param examples the folder of the shipped example
     * @param priority of this firewall; higher wins
     */
    public static Keepalived start(Lab lab, Firewall firewall, Path examples, int priority) {
        Path folder = lab.directory();
        Path config = folder.resolve(firewall.name() + ".keepalived.conf");
        Path pid = folder.resolve(firewall.name() + ".keepalived.pid");
        Path vrrpPid = folder.resolve(firewall.name() + ".vrrp.pid");
        try {
            String text = Files.readString(examples.resolve("keepalived.conf"));
            text = replaced(text, "router_id fw1", "router_id " + firewall.name());
            text = replaced(
                    text, "/run/conntwin/keepalived.fifo", fifo(lab, firewall).toString());
            text = replaced(
                    text, "/run/conntwin/track", trackFile(lab, firewall).toString());
            text = replaced(
                    text,
                    "\"/etc/keepalived/conntwin-alive.sh\"",
                    "\"" + examples.resolve("conntwin-alive.sh") + " " + trackFile(lab, firewall) + "\"");
            // The checkout may lie below a folder that others can write to.
            text = replaced(text, "enable_script_security", "");
            text = replaced(text, "priority 100", "priority " + priority);
            text = replaced(text, "192.0.2.1/25", RoutedNetwork.LAN_ADDRESS + "/24");
            text = replaced(text, "192.0.2.129/25", RoutedNetwork.WAN_ADDRESS + "/24");
            Files.writeString(config, text);
            Files.deleteIfExists(pid);
            Files.deleteIfExists(vrrpPid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LabProcess process = LabProcess.start(
                lab,
                "keepalived of " + firewall.name(),
                firewall.namespace(),
                List.of(
                        "keepalived",
                        "-n",
                        "-P",
                        "-l",
                        "-D",
                        "-f",
                        config.toString(),
                        "-p",
                        pid.toString(),
                        "-r",
                        vrrpPid.toString()));
        return new Keepalived(firewall, vrrpPid, process);
    }

    private static String replaced(String text, String example, String own) {
        if (!text.contains(example)) {
            throw new LabException("the example configuration of keepalived does not say " + example);
        }
        return text.replace(example, own);
    }

    /** Whether its firewall has both virtual addresses. */
    public boolean hasAddresses() {
        String addresses =
                firewall.namespace().exec("ip", "-4", "-o", "address").stdout();
        return addresses.contains(RoutedNetwork.LAN_ADDRESS + "/")
                && addresses.contains(RoutedNetwork.WAN_ADDRESS + "/");
    }

    /** Both processes of it. */
    private List<String> pids() {
        try {
            List<String> pids = new ArrayList<>(List.of(Long.toString(process.pid())));
            pids.add(Files.readString(vrrpPid).strip());
            return pids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        List<String> words = new ArrayList<>(List.of("kill", "-" + signal));
        words.addAll(pids());
        Command.of(words).runOrThrow();
    }

    /** Ends it cleanly, which gives the addresses up, and waits for its end. */
    public void stop() {
        process.signal("TERM");
        process.awaitExit(SOON);
    }

    /** Kills it without warning. */
    public void kill() {
        signal("KILL");
        process.awaitExit(SOON);
    }

    /** Stops it in its tracks. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        signal("CONT");
    }
}
