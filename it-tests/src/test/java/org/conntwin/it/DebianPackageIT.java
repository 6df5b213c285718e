package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.MinimalRoot;
import org.conntwin.it.lab.Product;
import org.conntwin.tracker.netlink.ffi.UnixDatagramReceiver;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The life of the Debian package on a minimal root file system: installed, run, upgraded, removed, purged. */
@KernelLab(programs = {"debootstrap", "dpkg-deb", "unshare", "nsenter", "chroot"})
@TestMethodOrder(OrderAnnotation.class)
@Waits
class DebianPackageIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String ENTRY = "tcp      6 3600 ESTABLISHED src=10.5.0.1 dst=10.2.0.1 sport=5 dport=80 "
            + "src=10.2.0.1 dst=10.5.0.1 sport=80 dport=5 [ASSURED] mark=9\n";

    private static final Set<String> OWN_JARS = Set.of("tracker", "injector", "sync");

    private static Lab lab;
    private static MinimalRoot machine;
    private static Path packaged;
    private static Set<String> before;
    private static UnixDatagramReceiver systemd;
    private static final AtomicReference<LabProcess> NODE = new AtomicReference<>();

    @BeforeAll
    static void aMinimalMachine() throws IOException {
        packaged = debianPackage();
        lab = Lab.open();
        try {
            machine = MinimalRoot.open(lab);
        } catch (LabException none) {
            Needs.met(false, "needs a Debian root file system: " + none.getMessage());
            throw none;
        }
        before = machine.files();
        systemd = new UnixDatagramReceiver(machine.path().resolve("notify").toString());
        Files.copy(packaged, machine.path().resolve("var/cache/conntwin.deb"));
    }

    @AfterAll
    static void close() {
        if (systemd != null) {
            systemd.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    private static Path debianPackage() throws IOException {
        Path target = Product.ofThisBuild().lib().getParent();
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no Debian package in " + target));
        }
    }

    private static CommandResult run(String... words) {
        return machine.command(words).run();
    }

    private static CommandResult done(String... words) {
        return machine.command(words).runOrThrow();
    }

    private static LabProcess node() {
        return Objects.requireNonNull(NODE.get(), "no node was started");
    }

    private static String receive() {
        return String.valueOf(systemd.receive(SOON));
    }

    @Test
    @Order(1)
    void installsWithoutAnythingElseAndStartsNothing() {
        done("dpkg", "-i", "/var/cache/conntwin.deb");
        assertThat(done("conntwin", "--version").stdout()).matches("conntwin \\S+\n");
        assertThat(done("dpkg", "--verify", "conntwin").stdout()).isEmpty();
        assertThat(done("id", "-gn", "conntwin").stdout()).isEqualTo("conntwin\n");
        assertThat(done("conntwin", "config", "check", "/etc/conntwin/node.yaml")
                        .exitCode())
                .isZero();
        assertThat(run("conntwin", "status").exitCode()).isEqualTo(4);
        String processes = done("sh", "-c", "cat /proc/[0-9]*/comm").stdout();
        assertThat(processes).doesNotContain("java", "conntwin");
        Stopwatch.figure("debian package " + packaged.toFile().length() / 1_000_000 + " MB, installed "
                + done("dpkg-query", "-W", "-f=${Installed-Size}", "conntwin").stdout() + " kB");
    }

    @Test
    @Order(2)
    void bringsWhatAnAdministratorExpects() {
        String manual =
                done("sh", "-c", "zcat /usr/share/man/man8/conntwin.8.gz").stdout();
        assertThat(manual).startsWith(".TH CONNTWIN 8").contains("keygen FILE");
        assertThat(done(
                                "bash",
                                "-c",
                                ". /usr/share/bash-completion/completions/conntwin; complete -p conntwin;"
                                        + " COMP_WORDS=(conntwin st); COMP_CWORD=1; COMP_LINE='conntwin st';"
                                        + " _complete_conntwin; echo \"${COMPREPLY[@]}\"")
                        .stdout())
                .contains("status", "stats", "stop");
        for (String file : List.of(
                "/usr/lib/systemd/system/conntwin.service",
                "/usr/lib/tmpfiles.d/conntwin.conf",
                "/usr/share/doc/conntwin/copyright",
                "/usr/share/doc/conntwin/examples/keepalived/keepalived.conf")) {
            assertThat(run("test", "-s", file).exitCode()).as(file).isZero();
        }
        assertThat(done("cat", "/var/lib/dpkg/info/conntwin.conffiles").stdout())
                .isEqualTo("/etc/conntwin/node.yaml\n");
    }

    @Test
    @Order(2)
    void namesTheLicenceOfEveryJarThatItBrings() {
        String copyright =
                done("cat", "/usr/share/doc/conntwin/copyright").stdout().toLowerCase(Locale.ROOT);
        assertThat(done("ls", "/usr/lib/conntwin/lib").lines())
                .map(jar -> jar.replaceAll("-.*", "").replace("protobuf", "protocol buffers"))
                .filteredOn(name -> !OWN_JARS.contains(name.replace(".jar", "")))
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(copyright).contains(name.toLowerCase(Locale.ROOT)));
    }

    @Test
    @Order(3)
    void theManualPageIsWellFormed() {
        Path page = lab.directory().resolve("conntwin.8");
        Command.of("sh", "-c", "zcat " + machine.path().resolve("usr/share/man/man8/conntwin.8.gz") + " >" + page)
                .runOrThrow();
        // Where the machine outside has no man, the lines' shape is all that is checked (ManPageTest).
        CommandResult man = Command.of("sh", "-c", "! command -v man || MANWIDTH=100 man --warnings -l " + page)
                .run();
        assertThat(man.stderr()).isEmpty();
    }

    @Test
    @Order(4)
    void commandsAndNodesStartFromTheirCacheOfLoadedClasses() {
        for (List<String> words : List.of(List.of("status"), List.of("node", "--config", "/nonexistent"))) {
            // Asked to insist, the JVM ends with an error when the cache is of other jars or of another runtime.
            String log = machine.command("env", "CONNTWIN_JAVA_OPTS=-XX:AOTMode=on -Xlog:class+load", "conntwin")
                    .with(words)
                    .run()
                    .stdout();
            assertThat(log.lines().filter(line -> line.contains("source: shared objects file")))
                    .as(words + ": " + log.lines().limit(5).toList())
                    .hasSizeGreaterThan(1_000);
            // What only an error needs was not used when the cache was made.
            assertThat(log.lines().filter(line -> line.contains("source: file:")))
                    .hasSizeLessThan(20);
        }
    }

    @Test
    @Order(5)
    void aNodeRunsTellsItsServiceManagerAndAnswers() {
        done("conntwin", "keygen", "/etc/conntwin/cluster.key");
        done("sed", "-i", "s/10\\.9\\.9\\.1/127.0.0.1/; s/^node: .*/node: fw7/", "/etc/conntwin/node.yaml");
        LabProcess node = LabProcess.start(
                lab,
                "node",
                machine.words(
                        "env",
                        "NOTIFY_SOCKET=/notify",
                        "WATCHDOG_USEC=3000000",
                        "conntwin",
                        "node",
                        "--config",
                        "/etc/conntwin/node.yaml"));
        NODE.set(node);
        double seconds = node.awaitFirstLine("READY fw7", Duration.ofSeconds(30));
        assertThat(receive()).startsWith("READY=1\nSTATUS=backup, 0 own entries");
        assertThat(receive()).startsWith("WATCHDOG=1\n");
        assertThat(done("conntwin", "status").stdout()).contains("fw7", "backup", "kernel");
        machine.command("conntwin", "load", "-").withInput(ENTRY).runOrThrow();
        done("conntwin", "role", "active");
        assertThat(receive()).startsWith("WATCHDOG=1\n");

        List<Double> times = IntStream.range(0, 9)
                .mapToObj(i -> done("conntwin", "status").seconds())
                .sorted()
                .toList();
        Stopwatch.figure("installed: node ready after %.2f s, conntwin status %.0f ms (least %.0f)"
                .formatted(seconds, times.get(4) * 1e3, times.getFirst() * 1e3));
        assertThat(times.getFirst()).isLessThan(0.5);
    }

    @Test
    @Order(6)
    void anUpgradeKeepsConfigurationKeyAndTheNodeThatWasStartedByHand() {
        Path work = lab.directory().resolve("newer");
        Command.of("dpkg-deb", "-R", packaged.toString(), work.toString()).runOrThrow();
        Command.of(
                        "sed",
                        "-i",
                        "s/^Version: .*/Version: 99.0/",
                        work.resolve("DEBIAN/control").toString())
                .runOrThrow();
        Command.of(
                        "dpkg-deb",
                        "-Zgzip",
                        "-z1",
                        "--root-owner-group",
                        "-b",
                        work.toString(),
                        machine.path().resolve("var/cache/newer.deb").toString())
                .runOrThrow();
        String key = done("cat", "/etc/conntwin/cluster.key").stdout();
        done("dpkg", "-i", "/var/cache/newer.deb");
        assertThat(done("dpkg-query", "-W", "-f=${Version} ${Status}", "conntwin")
                        .stdout())
                .isEqualTo("99.0 install ok installed");
        assertThat(done("cat", "/etc/conntwin/cluster.key").stdout()).isEqualTo(key);
        assertThat(done("cat", "/etc/conntwin/node.yaml").stdout()).contains("node: fw7", "127.0.0.1");
        assertThat(done("conntwin", "status").stdout()).contains("fw7", "active");
        assertThat(node().isAlive()).isTrue();
    }

    @Test
    @Order(7)
    void aRemovalStopsTheNodeAndLeavesTheKernelsTableConfigurationAndKey() {
        done("dpkg", "-r", "conntwin");
        assertThat(node().awaitExit(SOON)).isZero();
        String told = receive();
        while (told.startsWith("WATCHDOG=1")) {
            told = receive();
        }
        assertThat(told).startsWith("STOPPING=1");
        assertThat(machine.onItsNetwork("conntrack", "-L").runOrThrow().stdout())
                .contains("src=10.5.0.1 dst=10.2.0.1 sport=5 dport=80");
        assertThat(done("ls", "/etc/conntwin").lines()).containsExactly("cluster.key", "node.yaml");
        assertThat(run("test", "-e", "/run/conntwin").exitCode()).isOne();
    }

    @Test
    @Order(8)
    void aPurgeLeavesNothingButTheSystemUser() {
        done("dpkg", "-P", "conntwin");
        Set<String> left = new TreeSet<>(machine.files());
        left.removeAll(before);
        assertThat(left)
                .allMatch(file ->
                        file.matches("/etc/(passwd|group|shadow|gshadow|subuid|subgid)-? f \\d+|/notify s \\d+"));
        Set<String> gone = new TreeSet<>(before);
        gone.removeAll(machine.files());
        assertThat(gone).allMatch(file -> file.matches("/etc/(passwd|group|shadow|gshadow|subuid|subgid)-? f \\d+"));
        assertThat(done("getent", "passwd", "conntwin").stdout()).contains("/usr/sbin/nologin");
        assertThat(run("dpkg", "-s", "conntwin").exitCode()).isOne();
    }
}
