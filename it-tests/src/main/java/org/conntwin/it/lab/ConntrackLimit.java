package org.conntwin.it.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's limit of entries a table, one value for the machine: changed for a test, put back after it. Of several that
 * raise it, in whatever process, the last puts it back.
 */
public final class ConntrackLimit implements AutoCloseable {
    private static final Path LIMIT = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");
    /** The value to put back, and under it the processes that raised it, one line each time. */
    private static final Path USERS = Path.of(System.getProperty("java.io.tmpdir"), "conntwin-limit-users");

    private final Restoring restoring;

    private interface Restoring {
        void restore() throws IOException;
    }

    private ConntrackLimit(Restoring restoring) {
        this.restoring = restoring;
    }

    /** Makes room for at least this many entries in each table. */
    public static ConntrackLimit atLeast(long entries) {
        try {
            alone(Optional.of(entries));
            return new ConntrackLimit(() -> alone(Optional.empty()));
        } catch (IOException e) {
            throw new LabException("cannot raise " + LIMIT, e);
        }
    }

    /** Makes room for exactly this many entries in each table, of whatever namespace: for tests that run alone. */
    public static ConntrackLimit exactly(long entries) {
        try {
            long before = now();
            set(entries);
            return new ConntrackLimit(() -> set(before));
        } catch (IOException e) {
            throw new LabException("cannot set " + LIMIT, e);
        }
    }

    private static long now() throws IOException {
        // Not readString: it reads one byte first, and the kernel answers the second read with the end.
        return Long.parseLong(Files.readAllLines(LIMIT).getFirst().strip());
    }

    private static void set(long entries) throws IOException {
        if (now() != entries) {
            Files.writeString(LIMIT, Long.toString(entries));
        }
    }

    /** Raises the limit, or gives one such wish up, while no other process does either. */
    private static synchronized void alone(Optional<Long> wanted) throws IOException {
        Path lock = USERS.resolveSibling(USERS.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            List<String> lines = Files.exists(USERS) ? new ArrayList<>(Files.readAllLines(USERS)) : new ArrayList<>();
            String before = lines.isEmpty() ? Long.toString(now()) : lines.removeFirst();
            String own = Long.toString(ProcessHandle.current().pid());
            lines.removeIf(pid -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
            if (wanted.isPresent()) {
                lines.add(own);
                set(Math.max(now(), wanted.get()));
            } else {
                lines.remove(own);
            }
            if (lines.isEmpty()) {
                set(Long.parseLong(before));
                Files.deleteIfExists(USERS);
            } else {
                lines.addFirst(before);
                Files.write(USERS, lines);
            }
        }
    }

    @Override
    public void close() {
        try {
            restoring.restore();
        } catch (IOException e) {
            throw new LabException("cannot put back " + LIMIT, e);
        }
    }
}
