package org.conntwin.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.conntwin.node.channel.Keyring;
import org.conntwin.node.command.KeyState;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.jspecify.annotations.Nullable;

/**
 * Looks each second whether the key file has changed, and gives the running channel its keys. A file that cannot be read
 * changes nothing: the node goes on with the keys that it has, and says so after three looks, as the file may just be
 * being written. Thread-safe.
 */
final class KeyFile implements KeyState, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int PATIENCE = 3;

    private final Path file;
    private final Keyring keyring;
    private final Worker worker;
    private Object seen;
    private volatile ClusterKey keys;
    private int failures;
    private volatile @Nullable String problem;

    /**
     * Reads the file.
     *
     * @throws KeyFileException when it holds no key for this node
     */
    KeyFile(Path file, Turns turns) throws KeyFileException {
        this.file = file;
        this.seen = stamp(file);
        this.keys = ClusterKey.read(file);
        this.keyring = Keyring.of(keys.all());
        this.worker = turns.worker("key-file", this::look);
    }

    /** The keys, kept as the file has them once this is {@link #start started}. */
    Keyring keyring() {
        return keyring;
    }

    /** The keys now. */
    ClusterKey keys() {
        return keys;
    }

    @Override
    public String text() {
        return keys.toString();
    }

    void start() {
        worker.start();
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** What changes with the file: when, how long, which file, whose. */
    private static Object stamp(Path file) {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:ctime,lastModifiedTime,size,ino");
            return Map.copyOf(attributes);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException gone) {
            return "";
        }
    }

    long look() {
        Object now = stamp(file);
        if (!now.equals(seen) || failures > 0) {
            // The stamp is older than what is read: a change in between is seen by the next look.
            seen = now;
            readAgain();
        }
        return LOOK_NANOS;
    }

    private void readAgain() {
        try {
            ClusterKey read = ClusterKey.read(file);
            failures = 0;
            problem = null;
            if (!read.equals(keys)) {
                keys = read;
                keyring.replace(read.all());
                LOG.log(System.Logger.Level.INFO, "key file {0} has changed: {1}", file, read);
            }
        } catch (KeyFileException unusable) {
            failures++;
            if (failures == PATIENCE) {
                String text = unusable.getMessage() + " (until then the node goes on with the keys that it has)";
                problem = text;
                LOG.log(System.Logger.Level.WARNING, text);
            }
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
