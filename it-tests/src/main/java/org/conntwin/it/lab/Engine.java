package org.conntwin.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Docker engine: the environment's, the machine's, or a private one that is started for as long as this is open
 * ({@code deploy/lab/engine}). Any thread may use it.
 */
public final class Engine implements AutoCloseable {
    private static final Pattern HOST = Pattern.compile("DOCKER_HOST=(\\S+)");

    private final Path scripts;
    private final String host;
    private final boolean own;

    private Engine(Path scripts, String host, boolean own) {
        this.scripts = scripts;
        this.host = host;
        this.own = own;
    }

    /** Finds one or starts it. @throws LabException when none can be had, with the reason */
    public static Engine open() {
        Path scripts = Product.ofThisBuild().launcher().resolveSibling("lab");
        String script = scripts.resolve("engine").toString();
        CommandResult running = Command.of(script, "running").run();
        boolean own = running.exitCode() != 0;
        String told = own ? Command.of(script, "start").runOrThrow().stdout() : running.stdout();
        Matcher matcher = HOST.matcher(told);
        String given = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("");
        return new Engine(scripts, matcher.find() ? matcher.group(1) : given, own);
    }

    /** Builds the images from this build: {@code conntwin}, {@code conntwin-lab} and {@code conntwin-lab-conntrackd}. */
    public void images() {
        boolean bootstraps =
                Command.of("sh", "-c", "command -v debootstrap").run().exitCode() == 0;
        Command images = Command.of(scripts.resolve("images").toString())
                .with(bootstraps ? List.of() : List.of("--registry"))
                .behind(List.of("env", "DOCKER_HOST=" + host));
        images.within(Duration.ofMinutes(10)).runOrThrow();
    }

    /** A command of the engine's client. */
    public Command command(String... words) {
        return Command.of(Stream.concat(Stream.of("docker", "--host", host), Stream.of(words))
                .toList());
    }

    /** Runs it and fails unless it exits with 0. @return what it printed, stripped */
    public String done(String... words) {
        return command(words).runOrThrow().stdout().strip();
    }

    /** Stops the engine when it was started here; a machine's own goes on. */
    @Override
    public void close() {
        if (own) {
            Command.of(scripts.resolve("engine").toString(), "stop").run();
        }
    }
}
