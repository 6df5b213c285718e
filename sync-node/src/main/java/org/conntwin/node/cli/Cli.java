package org.conntwin.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.node.control.ControlClient;
import org.conntwin.node.control.ControlException;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's words go: the node's control socket and the streams of this process.
 *
 * @param socket of the node to talk to
 * @param json whether output is for machines
 * @param out for single lines
 * @param stdout beneath {@code out}, for what a node sends: a failure to write ends the command
 * @param err for errors
 */
record Cli(Path socket, boolean json, PrintStream out, OutputStream stdout, PrintStream err) {
    static final int UNREACHABLE = 4;

    /** Has the node do it; its exit code. */
    int send(String... arguments) throws IOException {
        return send(null, Arrays.asList(arguments));
    }

    /** The same, with the node reading {@code input}. */
    int send(@Nullable InputStream input, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        if (json) {
            all.add("--json");
        }
        try {
            return ControlClient.run(socket, all, input, stdout, err);
        } catch (ControlException unreachable) {
            err.println("conntwin: " + unreachable.getMessage());
            return UNREACHABLE;
        }
    }
}
