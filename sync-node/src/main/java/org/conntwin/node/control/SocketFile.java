package org.conntwin.node.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A socket in the file system: put in place only when it is private to its owner and nobody else's, taken away only
 * when it is still the same.
 *
 * <p>The socket is bound in a folder of mode 0700 made for that, restricted to 0600 (0660 with a group), and then linked to its place. A
 * link fails when something is there, so of two nodes that start at once one loses; what a killed node left is
 * recognised by nobody answering, and removed by one node at a time.
 */
final class SocketFile {
    /** The JDK takes one byte less than the kernel, whose socket address holds 107 and a closing zero. */
    private static final int MAX_PATH_BYTES = 106;

    private static final int ATTEMPTS = 5;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final Object identity;

    private SocketFile(Path path, Object identity) {
        this.path = path;
        this.identity = identity;
    }

    /** Binds a listening socket. */
    @FunctionalInterface
    interface Binder {
        /** Binds to the path, which does not exist yet. */
        void bind(UnixDomainSocketAddress address) throws IOException;
    }

    /**
     * Binds a socket and puts it in its place; makes the last folder of the path when missing.
     *
     * @param socket where the socket shall be
     * @param group the group that may connect to it besides its owner, or null
     * @param binder binds it, called once
     * @return the socket's file
     * @throws ControlException when the path is too long, in use, taken by something else, or not writable
     */
    static SocketFile bind(Path socket, @Nullable String group, Binder binder) throws ControlException {
        Path path = socket.toAbsolutePath().normalize();
        Path folder = path.getParent();
        if (folder == null || Files.isDirectory(path)) {
            throw new ControlException("control socket " + socket + " is a folder; give the path of a socket in it");
        }
        int room = MAX_PATH_BYTES - bytes(folder) - "//s".length();
        if (bytes(path) > MAX_PATH_BYTES || room < 1) {
            throw new ControlException("the path of control socket " + socket + " is longer than " + MAX_PATH_BYTES
                    + " bytes; choose a shorter one");
        }
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
            Path workshop = workshop(folder, room);
            try {
                Path fresh = workshop.resolve("s");
                binder.bind(UnixDomainSocketAddress.of(fresh));
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
                if (group != null) {
                    share(fresh, group);
                }
                return install(fresh, path);
            } finally {
                Files.deleteIfExists(workshop.resolve("s"));
                Files.deleteIfExists(workshop);
            }
        } catch (UserPrincipalNotFoundException e) {
            throw new ControlException("control.group " + group + " does not exist; make it with `groupadd " + group
                    + "`, or leave it out");
        } catch (NoSuchFileException e) {
            throw new ControlException(
                    "control socket " + socket + " lies in no folder; make it with `mkdir -p " + folder + "`");
        } catch (AccessDeniedException e) {
            throw new ControlException("control socket " + socket + " cannot be made, as " + folder
                    + " is not writable by this user; run as root or choose another path");
        } catch (IOException e) {
            throw new ControlException("control socket " + socket + " cannot be opened (" + e.getMessage()
                    + "); check its folder or choose another path");
        }
    }

    /** Removes the socket unless another one has taken its place. */
    void remove() throws IOException {
        try {
            if (identity.equals(identity(path))) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Someone removed it already.
        }
    }

    private static void share(Path fresh, String group) throws IOException, ControlException {
        GroupPrincipal members =
                fresh.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        try {
            Files.getFileAttributeView(fresh, PosixFileAttributeView.class).setGroup(members);
        } catch (IOException e) {
            throw new ControlException("the control socket cannot be given to control.group " + group
                    + "; make the node's user a member of it (`usermod -aG " + group + " USER`), or leave it out");
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-rw----"));
    }

    private static SocketFile install(Path fresh, Path path) throws IOException, ControlException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Files.createLink(path, fresh);
                return new SocketFile(path, identity(path));
            } catch (FileAlreadyExistsException e) {
                try (Removal _ = Removal.await(path)) {
                    removeDead(path);
                }
            }
        }
        throw inUse(path);
    }

    /** Takes a dead socket away. One at a time does, so that none takes away what another has just put in its place. */
    private static void removeDead(Path path) throws IOException, ControlException {
        try {
            if (!isSocket(path)) {
                throw new ControlException(
                        path + " exists and is not a socket; remove it or choose another control.socket");
            }
            if (answers(path)) {
                throw inUse(path);
            }
            Files.deleteIfExists(path);
        } catch (NoSuchFileException e) {
            // Another one removed it.
        }
    }

    /**
     * The right to remove what a killed node left: a lock on a file beside the socket, which ends with its process. Whoever
     * had it removes the file; who locked a file that is not there any more tries again.
     */
    private record Removal(FileChannel channel, Path file) implements AutoCloseable {
        private static final long PAUSE_NANOS = 5_000_000;
        private static final Set<OpenOption> OPTIONS =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        private static final FileAttribute<?> OWNERS =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

        static Removal await(Path socket) throws IOException {
            Path file = socket.resolveSibling("." + socket.getFileName() + ".lock");
            while (true) {
                Removal own = tried(file);
                if (own != null) {
                    return own;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        /** The right to it; null when somebody else has it, or the file was another one before it was locked. */
        private static @Nullable Removal tried(Path file) throws IOException {
            FileChannel.open(file, OPTIONS, OWNERS).close();
            boolean ours = false;
            FileChannel channel = null;
            try {
                Object before = identity(file);
                channel = FileChannel.open(file, OPTIONS, OWNERS);
                ours = channel.tryLock() != null && identity(file).equals(before);
            } catch (NoSuchFileException | OverlappingFileLockException another) {
                ours = false;
            } finally {
                if (!ours && channel != null) {
                    channel.close();
                }
            }
            return ours && channel != null ? new Removal(channel, file) : null;
        }

        @Override
        public void close() throws IOException {
            try {
                Files.deleteIfExists(file);
            } finally {
                channel.close();
            }
        }
    }

    private static ControlException inUse(Path path) {
        return new ControlException("control socket " + path
                + " is in use by a running node; stop that one (`conntwin stop --socket " + path
                + "`) or choose another control.socket");
    }

    private static boolean answers(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException e) {
            // Refused: nobody listens. A full backlog would say "try again", which only a live listener does.
            return String.valueOf(e.getMessage()).contains("temporarily unavailable");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return mode instanceof Integer bits && (bits & 0xf000) == 0xc000;
    }

    private static Object identity(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Set.of(attributes.fileKey(), attributes.creationTime());
    }

    /** A fresh folder of mode 0700 with a name of at most {@code room} bytes. */
    private static Path workshop(Path folder, int room) throws IOException {
        RandomGenerator random = RandomGenerator.getDefault();
        for (int attempt = 0; ; attempt++) {
            String name = ".conntwin" + Long.toString(random.nextLong() >>> 1, 36);
            try {
                String fitting = room >= name.length() ? name : name.substring(name.length() - room);
                return Files.createDirectory(folder.resolve(fitting), OWNER_ONLY);
            } catch (FileAlreadyExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
