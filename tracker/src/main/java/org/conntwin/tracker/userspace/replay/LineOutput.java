package org.conntwin.tracker.userspace.replay;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Lines on their way out, kept until there are enough of them to be worth a write. Not thread-safe. */
final class LineOutput {
    private static final int ENOUGH = 1 << 15;

    private final OutputStream out;
    private final StringBuilder text = new StringBuilder(2 * ENOUGH);

    LineOutput(OutputStream out) {
        this.out = out;
    }

    /** Takes characters; a line ends with a line feed. */
    StringBuilder text() {
        return text;
    }

    /** Writes when there is enough. */
    void writeIfMuch() throws IOException {
        if (text.length() >= ENOUGH) {
            write();
        }
    }

    /**
     * The same where no checked exception can pass.
     *
     * @throws UncheckedIOException when the output cannot be written
     */
    void drain() {
        try {
            writeIfMuch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes and flushes what there is.
     *
     * @throws UncheckedIOException when the output cannot be written
     */
    void publish() {
        if (text.length() > 0) {
            try {
                flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Writes and flushes. */
    void flush() throws IOException {
        write();
        out.flush();
    }

    private void write() throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }
}
