package org.conntwin.node.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of one run, which carry its process id: the prefix of its namespaces and its folder for keys, configurations and sockets. Also finds what runs
 * that were killed have left.
 */
final class Workspace {
    private static final Pattern NAMESPACE = Pattern.compile("(ctdemo-(\\d{1,10})-[a-z0-9]+)(?: .*)?");
    private static final Pattern FOLDER = Pattern.compile("conntwin-demo-(\\d{1,10})-.*");

    private final Path folder;
    private final String prefix;

    private Workspace(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    /** Makes the run's folder, readable by its owner only. */
    static Workspace create(long pid, Undo undo) throws DemoException {
        try {
            Path folder = Files.createTempDirectory("conntwin-demo-" + pid + "-");
            undo.push(() -> delete(folder));
            return new Workspace(folder, "ctdemo-" + pid + "-");
        } catch (IOException e) {
            throw new DemoException(
                    "cannot make a temporary folder: " + e.getMessage() + "; set TMPDIR or free some space", e);
        }
    }

    /** A file in the run's folder. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** What the names of the run's namespaces begin with. */
    String prefix() {
        return prefix;
    }

    /** Removes namespaces (with the processes in them) and folders of runs whose process is gone. */
    static void removeLeftovers(Tools tools) throws DemoException {
        tools.expect("", "ip", "netns", "list").lines().forEach(line -> {
            Matcher matcher = NAMESPACE.matcher(line);
            if (matcher.matches() && dead(matcher.group(2))) {
                Lab.removeNamespace(tools, matcher.group(1));
            }
        });
        Path parent = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, "conntwin-demo-*")) {
            for (Path folder : folders) {
                Matcher matcher = FOLDER.matcher(folder.getFileName().toString());
                if (matcher.matches() && dead(matcher.group(1))) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new DemoException("cannot read the temporary folder " + parent + ": " + e.getMessage(), e);
        }
    }

    /** Whether no Java program runs under the id; the kernel may have given the id to some other program since. */
    private static boolean dead(String pid) {
        return ProcessHandle.of(Long.parseLong(pid))
                .flatMap(handle -> handle.info().command())
                .filter(command -> command.endsWith("/java"))
                .isEmpty();
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path directory, java.io.@org.jspecify.annotations.Nullable IOException error)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
