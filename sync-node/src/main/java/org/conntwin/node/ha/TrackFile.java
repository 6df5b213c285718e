package org.conntwin.node.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.conntwin.node.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The file that keepalived tracks ({@code vrrp_track_file}): a number that it adds to this node's priority. {@code 0}
 * while the node may be trusted with the flows, {@link #HOLLOW} otherwise. keepalived hears of each write by itself, so no
 * process is started. The file's time is renewed at every step, by which a script can tell that the node is alive.
 *
 * <p>Not thread-safe.
 */
final class TrackFile implements AutoCloseable {
    /** Low enough to lose against every healthy node whose priority is within 49 of this one's. */
    static final String HOLLOW = "-50\n";

    private static final String TRUSTED = "0\n";
    private static final System.Logger LOG = System.getLogger(TrackFile.class.getName());
    private static final long STEADY_NANOS = 1_000_000_000L;

    private final Path path;
    private final BooleanSupplier trusted;
    private final Clock clock;
    private final Steady steady = new Steady(false, STEADY_NANOS);
    private volatile @Nullable String problem;

    /** Asks at each step whether the node may be trusted; before the first, it may not. */
    TrackFile(Path path, BooleanSupplier trusted, Clock clock) {
        this.path = path.toAbsolutePath();
        this.trusted = trusted;
        this.clock = clock;
    }

    /** Makes the folder and says that the node may not be trusted yet. */
    void start() throws IOException {
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        WholeFile.write(path, HOLLOW);
    }

    /** Writes what is true now, if the file does not say so already. To be called every second or sooner. */
    void step() {
        String wanted = steady.seen(trusted.getAsBoolean(), clock.nanos()) ? TRUSTED : HOLLOW;
        try {
            if (wanted.equals(content())) {
                renew(wanted);
            } else {
                WholeFile.write(path, wanted);
                LOG.log(System.Logger.Level.INFO, "keepalived''s track file says {0}", wanted.strip());
            }
            problem = null;
        } catch (IOException failure) {
            String text = "ha.track-file " + path + " cannot be written: " + failure.getMessage();
            if (problem == null) {
                LOG.log(System.Logger.Level.ERROR, text);
            }
            problem = text;
        }
    }

    private void renew(String text) throws IOException {
        try {
            Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
        } catch (FileSystemException notOurs) {
            WholeFile.write(path, text);
        }
    }

    /** keepalived may have put its own start value there. */
    private @Nullable String content() throws IOException {
        try {
            return Files.size(path) > 16 ? null : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException | AccessDeniedException notOurs) {
            return null;
        }
    }

    /** Why it cannot be written; null while it can. */
    @Nullable
    String problem() {
        return problem;
    }

    /** A node that has stopped is not to be trusted. */
    @Override
    public void close() {
        try {
            WholeFile.write(path, HOLLOW);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be written: {1}", path, failure.getMessage());
        }
    }
}
