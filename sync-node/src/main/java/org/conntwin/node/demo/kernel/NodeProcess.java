package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.node.demo.stage.ChildProcess;
import org.conntwin.node.demo.stage.CommandLineControl;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.NodeControl;
import org.conntwin.node.demo.stage.NodeStatus;
import org.conntwin.node.demo.stage.Tools;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/**
 * One conntwin node of the demo: the real program, in a firewall's namespace.
 *
 * @param name its name, and its host's
 * @param process the running program
 * @param control gives it commands
 */
record NodeProcess(String name, ChildProcess process, NodeControl control) {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    /**
     * Writes the node's configuration and starts it.
     *
     * @param live the section {@code userspace} for live packets, empty for the kernel's table
     */
    static NodeProcess start(
            String name, String role, String live, Lab lab, Workspace workspace, Tools tools, Undo undo)
            throws DemoException {
        Path config = workspace.file(name + ".yaml");
        Path socket = workspace.file(name + ".sock");
        try {
            Files.writeString(config, configuration(name, role, live, workspace.file("cluster.key"), socket));
        } catch (IOException e) {
            throw new DemoException("cannot write " + config + ": " + e.getMessage(), e);
        }
        List<String> command = ChildProcess.java(
                lab.inside(name),
                ChildProcess.ownFlags(),
                CommandLineControl.MAIN,
                List.of("node", "--config", config.toString()));
        ChildProcess process = ChildProcess.start("node " + name, command, workspace.file(name + ".log"), undo);
        return new NodeProcess(name, process, new CommandLineControl(tools, socket));
    }

    /** Waits for the line by which the node says that it serves. */
    void awaitReady() throws DemoException {
        String line = process.line(READY_LIMIT);
        if (!line.equals("READY " + name)) {
            throw new DemoException("node " + name + " said '" + line + "' instead of READY " + name);
        }
    }

    /** The node's state. */
    NodeStatus status() throws DemoException {
        return NodeStatus.parse(control.send(List.of("status", "--json")));
    }

    /** The node's configuration file. */
    static String configuration(String name, String role, String live, Path keyFile, Path socket) {
        return """
                node: %s
                table: %s
                cluster:
                  name: demo
                  bind-address: %s
                  transport: multicast
                  multicast-address: 239.192.77.1
                  port: 7600
                  key-file: "%s"
                sync:
                  filter:
                    exclude-addresses: [127.0.0.0/8, 10.77.9.0/24]
                %sha:
                  initial-role: %s
                control:
                  socket: "%s"
                %s""".formatted(
                name,
                live.isEmpty() ? "kernel" : "userspace",
                LabPlan.syncAddress(name),
                keyFile,
                // The flood is no business of the backup.
                live.isEmpty() ? "" : "    tcp-states: [ESTABLISHED, SYN_RECV, FIN_WAIT, CLOSE_WAIT, TIME_WAIT]\n",
                role,
                socket,
                live);
    }
}
