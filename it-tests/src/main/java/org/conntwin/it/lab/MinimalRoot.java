package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A machine of nothing but a Debian root file system: processes, mounts and network of its own, no service manager. One
 * process holds it; with that, everything in it goes, mounts too, whatever way this JVM ends. Any thread may use it.
 */
public final class MinimalRoot implements AutoCloseable {
    /** Reads standard input to its end, which comes when this JVM ends. */
    private static final String HOLD = """
            set -e
            mount -t proc proc "$1/proc"
            mount -t tmpfs tmpfs "$1/run"
            mount --bind /dev "$1/dev"
            ip link set lo up
            echo held
            exec cat
            """;

    private final Path root;
    private final LabProcess holder;
    private final List<String> prefix;

    private MinimalRoot(Path root, LabProcess holder, long init) {
        this.root = root;
        this.holder = holder;
        this.prefix = List.of(
                "nsenter",
                "--target",
                Long.toString(init),
                "--mount",
                "--pid",
                "--net",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive",
                "chroot",
                root.toString());
    }

    /** Makes one in the lab's directory from what {@code deploy/lab/rootfs minimal} made, now or earlier. */
    public static MinimalRoot open(Lab lab) {
        Path script = Product.ofThisBuild().launcher().resolveSibling("lab").resolve("rootfs");
        String tarball = Command.of(script.toString(), "minimal")
                .within(Duration.ofMinutes(10))
                .runOrThrow()
                .stdout()
                .strip();
        Path root = lab.directory().resolve("root");
        try {
            Files.createDirectory(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.of("tar", "-C", root.toString(), "-xf", tarball).runOrThrow();
        LabProcess holder = LabProcess.start(
                lab,
                "minimal root",
                List.of(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--net",
                        "--fork",
                        "--kill-child",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        HOLD,
                        "hold",
                        root.toString()));
        holder.awaitFirstLine("held", Duration.ofSeconds(20));
        long init = ProcessHandle.of(holder.pid()).stream()
                .flatMap(ProcessHandle::children)
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new LabException("nothing holds the minimal root"));
        return new MinimalRoot(root, holder, init);
    }

    /** Where it lies, seen from outside, without its mounts. */
    public Path path() {
        return root;
    }

    /** A command inside. */
    public Command command(String... words) {
        return Command.of(words).behind(prefix);
    }

    /** The words that run others inside. */
    public List<String> words(String... words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(words));
        return all;
    }

    /** A command of the machine outside, on this one's network. */
    public Command onItsNetwork(String... words) {
        return Command.of(words).behind(List.of("nsenter", "--target", prefix.get(2), "--net"));
    }

    /** All files, each with kind and size; mounts are left out, and what the package system writes for itself. */
    public Set<String> files() {
        return new TreeSet<>(command(
                        "find",
                        "/",
                        "-xdev",
                        "(",
                        "-path",
                        "/var/lib/dpkg",
                        "-o",
                        "-path",
                        "/var/log",
                        "-o",
                        "-path",
                        "/var/cache",
                        ")",
                        "-prune",
                        "-o",
                        "-type",
                        "d",
                        "-printf",
                        "%p %y\n",
                        "-o",
                        "-printf",
                        "%p %y %s\n")
                .runOrThrow()
                .lines());
    }

    @Override
    public void close() {
        holder.close();
    }
}
