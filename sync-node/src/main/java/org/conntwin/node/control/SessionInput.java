package org.conntwin.node.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one client. The event loop puts pieces in and is told when to stop reading the socket; the worker takes
 * lines out. What waits here is bounded by {@link #HIGH_PIECES} frames and one read of the socket.
 */
@SuppressWarnings("ReferenceEquality") // marks of its own are compared
final class SessionInput implements CommandInput {
    private static final int HIGH_PIECES = 8;
    private static final int LOW_PIECES = 4;
    private static final int LONGEST_LINE = 16 * 1024;
    private static final byte[] END = new byte[0];
    private static final byte[] GONE = new byte[0];

    /** What the input asks of its connection. */
    interface Source {
        /** Starts or stops reading the socket; called from either thread. */
        void reading(boolean on);

        /** Ends the connection and counts the cause. */
        void drop(String cause);
    }

    private final LinkedBlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private final Source source;
    private final Duration patience;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private byte[] piece = END;
    private int position;
    private boolean ended;

    SessionInput(Source source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /** Adds a piece, not empty; event loop. */
    void add(byte[] bytes) {
        pieces.add(bytes);
        if (pieces.size() >= HIGH_PIECES) {
            source.reading(false);
        }
    }

    /** No more pieces come; event loop. */
    void end() {
        pieces.add(END);
    }

    /** The client went away; event loop. */
    void gone() {
        pieces.add(GONE);
    }

    @Override
    public @Nullable String line() throws IOException, InterruptedException {
        partial.reset();
        while (true) {
            for (int i = position; i < piece.length; i++) {
                if (piece[i] == '\n') {
                    take(i);
                    position = i + 1;
                    return text();
                }
            }
            take(piece.length);
            if (!next()) {
                return partial.size() == 0 ? null : text();
            }
        }
    }

    private void take(int end) throws IOException {
        partial.write(piece, position, end - position);
        position = end;
        if (partial.size() > LONGEST_LINE) {
            source.drop(DropCounts.MALFORMED);
            throw new IOException("the client sent a line of more than " + LONGEST_LINE + " bytes");
        }
    }

    private boolean next() throws IOException, InterruptedException {
        if (ended) {
            return false;
        }
        byte[] taken = pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (taken == null) {
            source.drop(DropCounts.IDLE);
            throw new IOException("the client sent nothing for " + patience.toSeconds() + " s");
        }
        if (taken == GONE) {
            pieces.add(GONE);
            throw new IOException("the client went away");
        }
        if (pieces.size() <= LOW_PIECES) {
            source.reading(true);
        }
        ended = taken == END;
        piece = taken;
        position = 0;
        return !ended;
    }

    private String text() {
        String text = partial.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
