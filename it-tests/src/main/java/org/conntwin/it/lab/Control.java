package org.conntwin.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands given to a running node, each as a process of its own, as an operator gives them.
 *
 * @param product whose command line
 * @param socket the node's control socket
 */
public record Control(Product product, Path socket) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Runs one command; its exit code is the caller's to judge. */
    public CommandResult run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--socket");
        all.add(socket.toString());
        return Command.of(product.command(all)).within(LIMIT).run();
    }

    /** Runs one command that must exit with 0. */
    public CommandResult done(String... arguments) {
        return run(arguments).orThrow(String.join(" ", arguments));
    }

    /** `status --json`. */
    public Json status() {
        return Json.parse(done("status", "--json").stdout());
    }

    /** `stats TOPIC --json`: the object of that topic. */
    public Json stats(String topic) {
        Json all = Json.parse(done("stats", topic, "--json").stdout());
        return all.keys().contains(topic) ? all.at(topic) : all;
    }

    /** The lines of `dump WHAT…`. */
    public List<String> dump(String... what) {
        List<String> words = new ArrayList<>(List.of("dump"));
        words.addAll(List.of(what));
        return done(words.toArray(String[]::new)).lines();
    }

    /** The number of entries in one place: internal, external or table. */
    public long entries(String place) {
        return status().at("entries").at(place).number();
    }

    /** Whether `verify` says parity now. */
    public boolean parity() {
        return run("verify").exitCode() == 0;
    }
}
