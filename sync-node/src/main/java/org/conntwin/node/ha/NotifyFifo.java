package org.conntwin.node.ha;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.conntwin.node.config.EnvironmentCheck;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.ffi.NamedPipe;
import org.jspecify.annotations.Nullable;

/**
 * Reads keepalived's notify FIFO on a thread of its own. The FIFO is made when it is missing, and made or opened anew when
 * somebody removed or replaced it. It is held open for writing as well, so that keepalived may come and go.
 */
final class NotifyFifo implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NotifyFifo.class.getName());
    private static final int OWNER_ONLY = 0600;
    private static final int BYTES = 4096;
    private static final long RETRY_MILLIS = 1_000;

    private final Path path;
    private final Consumer<String> lines;
    private final LineSplitter splitter = new LineSplitter();
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable FileChannel open;
    private volatile @Nullable Object identity;
    private volatile @Nullable String problem;
    /** Whether keepalived may still write into a FIFO that is no longer there. */
    private volatile boolean unheard;

    /** Reads nothing before {@link #start}. */
    NotifyFifo(Path path, Consumer<String> lines) {
        this.path = path.toAbsolutePath();
        this.lines = lines;
        this.thread = Thread.ofPlatform().name("keepalived-fifo").daemon().unstarted(this::run);
    }

    /** Makes the FIFO when it is missing and begins to read. @throws IOException one line that says what is wrong */
    void start() throws IOException {
        // Open when this returns: what is written from now on is not lost, even if its writer is gone again.
        opened();
        thread.start();
    }

    private FileChannel opened() throws IOException {
        make();
        try {
            // Asked before: if it is replaced in between, the next check sees another one and opens that.
            Object before = fileKey();
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            splitter.restart();
            identity = before;
            open = channel;
            return channel;
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    "ha.keepalived-fifo " + path
                            + " cannot be opened by this user; make it the node's user's with `chown`",
                    denied);
        }
    }

    private void make() throws IOException {
        Path folder = path.getParent();
        if (!Files.exists(path) && folder != null) {
            Files.createDirectories(folder);
            int result = NamedPipe.make(path, OWNER_ONLY);
            if (result < 0 && result != -Errno.EEXIST) {
                throw new IOException("ha.keepalived-fifo " + path + " cannot be made (" + Errno.name(-result) + ")");
            }
        }
        if (!EnvironmentCheck.isFifo(path)) {
            throw new IOException("ha.keepalived-fifo " + path + " is not a FIFO; remove it or choose another path");
        }
    }

    private void run() {
        while (!closing) {
            try {
                FileChannel channel = open;
                read(channel == null ? opened() : channel);
                problem = null;
            } catch (ClosedChannelException replacedOrClosing) {
                problem = null;
            } catch (IOException failure) {
                if (problem == null) {
                    LOG.log(System.Logger.Level.ERROR, "keepalived cannot be heard: {0}", failure.getMessage());
                }
                problem = "keepalived cannot be heard: " + failure.getMessage();
                pause();
            }
        }
    }

    private void read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        try (channel) {
            problem = null;
            while (!closing) {
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    return;
                }
                splitter.feed(buffer.array(), count, this::line);
            }
        } finally {
            open = null;
        }
    }

    private void line(String line) {
        unheard = false;
        try {
            lines.accept(line);
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "following keepalived's line failed: " + line, failure);
        }
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Opens it anew when another file stands in its place, or none. To be called now and then. */
    void check() {
        FileChannel channel = open;
        Object known = identity;
        if (channel == null || known == null) {
            return;
        }
        try {
            if (known.equals(fileKey())) {
                return;
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.WARNING, "{0} was removed: making it anew", path);
        }
        unheard = true;
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "closing the FIFO failed: {0}", failure.getMessage());
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    /** Lines that were too long. */
    long overlong() {
        return splitter.dropped();
    }

    /** Why keepalived cannot be heard; null while it can. */
    @Nullable
    String problem() {
        String told = problem;
        return told == null && unheard ? path + " was made anew: keepalived is not heard until it is restarted" : told;
    }

    /** Ends reading; the FIFO stays, as keepalived may have it open. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        FileChannel channel = open;
        if (channel != null) {
            close(channel);
        }
    }
}
