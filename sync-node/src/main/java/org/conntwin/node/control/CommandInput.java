package org.conntwin.node.control;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The lines that a client streams to a command. Used by one thread; the client is held back while nobody reads. */
public interface CommandInput {
    /**
     * The next line, without its line end; blocks until one is there.
     *
     * @return the line, or null after the last
     * @throws IOException when the client went away, sent something that is not input, or a line beyond 16 KiB
     * @throws InterruptedException when the server closes
     */
    @Nullable
    String line() throws IOException, InterruptedException;
}
