package org.conntwin.it.containers;

import com.github.dockerjava.api.exception.DockerException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.conntwin.it.lab.Engine;
import org.testcontainers.DockerClientFactory;

/** The engine that Testcontainers finds, which is that of the environment or the machine. Any thread may use it. */
public final class ContainerEngine {
    /** The image of all containers. */
    public static final String IMAGE = "conntwin-lab:latest";

    /** The same without the product, for firewalls with conntrackd. */
    public static final String CONNTRACKD_IMAGE = "conntwin-lab-conntrackd:latest";

    /** What all containers and networks are labelled with. */
    public static final String LABEL = "org.conntwin.lab";

    private ContainerEngine() {}

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

    /** Builds the images, from this build's tarball. */
    public static void buildImages() {
        try (Engine engine = Engine.open()) {
            engine.images();
        }
    }

    private static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
