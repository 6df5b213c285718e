package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Engine;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes in containers of the product's image, with no capability but NET_ADMIN and NET_RAW. */
@KernelLab(programs = "docker")
class ContainerImageIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String NETWORK = "conntwin-it-sync";

    private static Lab lab;
    private static Engine engine;

    @BeforeAll
    static void twoNodes() {
        lab = Lab.open();
        try {
            engine = lab.own(Engine.open());
            engine.images();
        } catch (LabException none) {
            Needs.met(false, "needs a Docker engine and the images: " + none.getMessage());
            throw none;
        }
        Command.of(Product.ofThisBuild()
                        .command(List.of(
                                "keygen", lab.directory().resolve("cluster.key").toString())))
                .runOrThrow();
        // What a run that was killed left behind would be in the way.
        engine.command("rm", "--force", "conntwin-it-fw1", "conntwin-it-fw2").run();
        engine.command("network", "rm", NETWORK).run();
        engine.done("network", "create", NETWORK);
        lab.own(() -> engine.command("network", "rm", NETWORK).run());
        for (int i = 1; i <= 2; i++) {
            start("conntwin-it-fw" + i);
        }
        for (int i = 1; i <= 2; i++) {
            String name = "conntwin-it-fw" + i;
            Stopwatch.secondsUntil(
                    "the node in " + name,
                    SOON,
                    () -> engine.command("exec", name, "conntwin", "status")
                                    .run()
                                    .exitCode()
                            == 0);
        }
    }

    private static void start(String name) {
        lab.own(() -> engine.command("rm", "--force", name).run());
        engine.done(
                "create",
                "--name",
                name,
                "--network",
                NETWORK,
                "--cap-drop",
                "ALL",
                "--cap-add",
                "NET_ADMIN",
                "--cap-add",
                "NET_RAW",
                "--health-interval",
                "1s",
                "conntwin");
        String configuration = """
                node: %s
                cluster:
                  name: edge
                  interface: eth0
                  key-file: /etc/conntwin/cluster.key
                """.formatted(name.substring(name.lastIndexOf('-') + 1));
        Path file = lab.directory().resolve("node.yaml");
        try {
            Files.writeString(file, configuration);
        } catch (IOException e) {
            throw new LabException("cannot write " + file, e);
        }
        // The engine may be another machine's, as far as files are concerned: they are handed over, not mounted.
        engine.done("cp", file.toString(), name + ":/etc/conntwin/node.yaml");
        engine.done("cp", lab.directory().resolve("cluster.key").toString(), name + ":/etc/conntwin/cluster.key");
        engine.done("start", name);
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static CommandResult inside(String name, String... words) {
        return engine.command("exec", name).with(List.of(words)).run();
    }

    @Test
    void nodesFindEachOtherAreHealthyAndEndCleanlyAtOnce() {
        Stopwatch.secondsUntil(
                "parity",
                SOON,
                () -> inside("conntwin-it-fw1", "conntwin", "verify").exitCode() == 0);
        assertThat(inside("conntwin-it-fw1", "conntwin", "verify").stdout()).isEqualTo("parity with fw2\n");
        assertThat(inside("conntwin-it-fw1", "cat", "/proc/1/comm").stdout()).isEqualTo("java\n");
        assertThat(inside("conntwin-it-fw1", "grep", "CapBnd", "/proc/1/status").stdout())
                .matches("CapBnd:\\s+0000000000003000\n");
        assertThat(inside("conntwin-it-fw1", "conntwin", "role", "active").exitCode())
                .isZero();
        Stopwatch.secondsUntil(
                "health",
                SOON,
                () -> engine.done("inspect", "--format", "{{.State.Health.Status}}", "conntwin-it-fw1")
                        .equals("healthy"));
        double seconds = engine.command("stop", "--time", "10", "conntwin-it-fw1")
                .runOrThrow()
                .seconds();
        assertThat(engine.done("inspect", "--format", "{{.State.ExitCode}}", "conntwin-it-fw1"))
                .isEqualTo("0");
        assertThat(inside("conntwin-it-fw2", "conntwin", "status").stdout()).contains("peer fw1: down");
        Stopwatch.figure("image %d MB, a node stops in %.1f s"
                .formatted(
                        Long.parseLong(engine.done("image", "inspect", "--format", "{{.Size}}", "conntwin"))
                                / 1_000_000,
                        seconds));
    }

    @Test
    void theLabsImageHasTheProductAndWhatAFirewallNeeds() {
        String programs = engine.done(
                "run",
                "--rm",
                "conntwin-lab",
                "sh",
                "-c",
                "conntwin --version && which keepalived nft conntrack conntrackd tcpdump socat python3 vsftpd ip");
        assertThat(programs.lines()).hasSize(10);
    }
}
