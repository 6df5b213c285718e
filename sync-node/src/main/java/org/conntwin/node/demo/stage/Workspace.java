package org.conntwin.node.demo.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run for keys, configurations and sockets. Its name carries the run's process id, so that what runs
 * that were killed have left is known as such.
 */
public final class Workspace {
    private static final Pattern FOLDER = Pattern.compile("conntwin-demo-(\\d{1,10})-.*");

    private final Path folder;

    private Workspace(Path folder) {
        this.folder = folder;
    }

    /** Makes the run's folder, readable by its owner only; {@code undo} removes it. */
    public static Workspace create(long pid, Undo undo) throws DemoException {
        try {
            Path folder = Files.createTempDirectory("conntwin-demo-" + pid + "-");
            undo.push(() -> delete(folder));
            return new Workspace(folder);
        } catch (IOException e) {
            throw new DemoException(
                    "cannot make a temporary folder: " + e.getMessage() + "; set TMPDIR or free some space", e);
        }
    }

    /** A file in the run's folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Removes this user's folders of runs whose process is gone; one that cannot be removed stays. */
    public static void removeLeftovers() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, "conntwin-demo-*")) {
            for (Path folder : folders) {
                Matcher matcher = FOLDER.matcher(folder.getFileName().toString());
                if (matcher.matches() && dead(matcher.group(1)) && own(folder)) {
                    delete(folder);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("demo: what earlier runs left in " + parent + " stays: " + e.getMessage());
        }
    }

    /**
     * Whether no Java program runs under the id; the kernel may have given the id to some other program since. Only for
     * processes of this user, or as root: what others run is not told.
     */
    public static boolean dead(String pid) {
        return ProcessHandle.of(Long.parseLong(pid))
                .flatMap(handle -> handle.info().command())
                .filter(command -> command.endsWith("/java"))
                .isEmpty();
    }

    private static boolean own(Path folder) throws IOException {
        UserPrincipal self = Files.getOwner(Path.of("/proc/self"));
        return Files.isDirectory(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder).equals(self);
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
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error)
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
