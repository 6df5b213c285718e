package org.conntwin.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's limit of entries a table, one value for the machine: raised for a test, put back after it. */
public final class ConntrackLimit implements AutoCloseable {
    private static final Path LIMIT = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

    private final long before;

    private ConntrackLimit(long before) {
        this.before = before;
    }

    /** Makes room for at least this many entries in each table. */
    public static ConntrackLimit atLeast(long entries) {
        try {
            // Not readString: it reads one byte first, and the kernel answers the second read with the end.
            long before = Long.parseLong(Files.readAllLines(LIMIT).getFirst().strip());
            return set(Math.max(before, entries), before);
        } catch (IOException e) {
            throw new LabException("cannot raise " + LIMIT, e);
        }
    }

    /** Makes room for exactly this many entries in each table, of whatever namespace. */
    public static ConntrackLimit exactly(long entries) {
        try {
            long before = Long.parseLong(Files.readAllLines(LIMIT).getFirst().strip());
            return set(entries, before);
        } catch (IOException e) {
            throw new LabException("cannot set " + LIMIT, e);
        }
    }

    private static ConntrackLimit set(long entries, long before) throws IOException {
        if (before != entries) {
            Files.writeString(LIMIT, Long.toString(entries));
        }
        return new ConntrackLimit(before);
    }

    @Override
    public void close() {
        try {
            Files.writeString(LIMIT, Long.toString(before));
        } catch (IOException e) {
            throw new LabException("cannot put back " + LIMIT, e);
        }
    }
}
