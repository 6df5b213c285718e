package org.conntwin.node.control;

import java.io.IOException;
import java.util.List;

/** What a node does with one command. Called on a worker thread of the server, several at once. */
@FunctionalInterface
public interface CommandHandler {
    /**
     * Runs one command to its end.
     *
     * @param arguments the canonical arguments, at least one, the first being the command's name
     * @param input the lines that the client streams (only {@code load} sends any; empty otherwise)
     * @param output where the command's lines go
     * @return the exit code of the client's process, 0 to 255
     * @throws IOException when the client went away
     * @throws InterruptedException when the server closes
     */
    int handle(List<String> arguments, CommandInput input, CommandOutput output)
            throws IOException, InterruptedException;
}
