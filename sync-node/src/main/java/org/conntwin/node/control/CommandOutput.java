package org.conntwin.node.control;

import java.io.IOException;

/**
 * Where a command's lines go. Used by one thread. Blocks while the client reads slowly, so that memory stays bounded
 * however much a command prints.
 */
public interface CommandOutput {
    /**
     * One line of the client's standard output.
     *
     * @param text the line, without its line end
     * @throws IOException when the client went away, or the thread was interrupted because the server closes
     */
    void line(String text) throws IOException;

    /**
     * One line of the client's standard error.
     *
     * @param text the line, without its line end
     * @throws IOException when the client went away, or the thread was interrupted because the server closes
     */
    void error(String text) throws IOException;
}
