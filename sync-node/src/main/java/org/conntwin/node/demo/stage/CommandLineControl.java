package org.conntwin.node.demo.stage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands by way of the program's own command line, in a process each, as an operator gives them. */
public record CommandLineControl(Tools tools, Path socket) implements NodeControl {
    /** The program. */
    public static final String MAIN = "org.conntwin.node.cli.Main";

    @Override
    public String send(List<String> command) throws DemoException {
        List<String> arguments = new ArrayList<>(List.of("--socket", socket.toString()));
        arguments.addAll(command);
        List<String> flags = new ArrayList<>(ChildProcess.ownFlags());
        // The program is short: the time to compile it well would be lost.
        flags.add("-XX:TieredStopAtLevel=1");
        Tools.Result result = tools.run(
                "", ChildProcess.java(List.of(), flags, MAIN, arguments).toArray(String[]::new));
        if (!result.ok()) {
            throw new DemoException("'" + String.join(" ", command) + "' failed on the node: " + result.reason());
        }
        return result.output();
    }
}
