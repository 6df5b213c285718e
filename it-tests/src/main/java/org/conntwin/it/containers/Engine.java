package org.conntwin.it.containers;

import com.github.dockerjava.api.exception.DockerException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.Product;
import org.testcontainers.DockerClientFactory;

/** The engine that the containers run on. Any thread may use it. */
public final class Engine {
    /** The image of all containers. */
    public static final String IMAGE = "conntwin-lab:latest";

    /** What all containers and networks are labelled with. */
    public static final String LABEL = "org.conntwin.lab";

    private static final Duration IMAGE_LIMIT = Duration.ofMinutes(8);

    private Engine() {}

    /** What is missing for scenarios in containers, in one line; empty when nothing is. */
    public static Optional<String> missing() {
        if (program("docker").isEmpty()) {
            return Optional.of("container tests need a Docker engine and its client");
        }
        String host = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        if (host.startsWith("unix://") && !Files.exists(Path.of(host.substring("unix://".length()))) || !available()) {
            return Optional.of("container tests need a Docker engine that answers at " + host
                    + ": eval \"$(deploy/lab/engine start)\"");
        }
        return Optional.empty();
    }

    private static boolean available() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (IllegalStateException | DockerException unusable) {
            return false;
        }
    }

    /** Builds the image from this build's tarball; without the network where root file systems can be made here. */
    public static void buildImage() {
        boolean here = program("debootstrap").isPresent() && "root".equals(System.getProperty("user.name"));
        Path script = Product.ofThisBuild().launcher().resolveSibling("lab").resolve("images");
        Command command = here ? Command.of(script.toString()) : Command.of(script.toString(), "--registry");
        command.within(IMAGE_LIMIT).runOrThrow();
    }

    private static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
