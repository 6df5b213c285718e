package org.conntwin.it.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * One network namespace of a lab. Any thread may use it.
 *
 * @param name its full name, as `ip netns` knows it
 */
public record Namespace(String name) {

    /** The words that run what follows inside this namespace; the process keeps its id, because `ip` replaces itself. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** A command inside this namespace. */
    public Command command(String... words) {
        return Command.of(words).behind(prefix());
    }

    /** A command inside this namespace. */
    public Command command(List<String> words) {
        return Command.of(words).behind(prefix());
    }

    /** Runs a command inside this namespace and fails unless it exits with 0. */
    public CommandResult exec(String... words) {
        return command(words).runOrThrow();
    }

    /** Runs `ip -n NAME …` and fails unless it exits with 0. */
    public void ip(String arguments) {
        List<String> words = new ArrayList<>(List.of("ip", "-n", name));
        words.addAll(List.of(arguments.split(" ", -1)));
        Command.of(words).runOrThrow();
    }

    /** Sets a sysctl of this namespace. */
    public void sysctl(String key, long value) {
        exec("sysctl", "-qw", key + "=" + value);
    }

    /** Makes every lifetime of connection tracking at least this long, so that no entry expires during a test. */
    public void lifetimes(int seconds) {
        for (String line : exec("sysctl", "-a", "-r", "^net.netfilter.nf_conntrack_.*_timeout")
                .lines()) {
            List<String> parts = List.of(line.split(" = ", 2));
            if (Long.parseLong(parts.get(1)) < seconds) {
                sysctl(parts.get(0), seconds);
            }
        }
    }

    /** Loads a ruleset into this namespace, replacing the one that is there. */
    public void ruleset(String text) {
        command("nft", "-f", "-").withInput("flush ruleset\n" + text).runOrThrow();
    }
}
