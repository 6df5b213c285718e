package org.conntwin.node.demo.userspace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.demo.gate.GateCounts;
import org.conntwin.node.demo.stage.ChildProcess;
import org.conntwin.node.demo.stage.CommandLineControl;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.NodeControl;
import org.conntwin.node.demo.stage.NodeStatus;
import org.conntwin.node.demo.stage.SocketControl;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/** One firewall: a node with its gate, in a process of its own. */
final class FirewallNode {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final ChildProcess process;
    private final NodeControl control;

    private FirewallNode(String name, ChildProcess process, NodeControl control) {
        this.name = name;
        this.process = process;
        this.control = control;
    }

    /** Writes the node's configuration and starts it. */
    static FirewallNode start(
            String name, String role, SyncAddresses addresses, World world, Workspace workspace, Undo undo)
            throws DemoException {
        Path config = workspace.file(name + ".yaml");
        Path socket = workspace.file(name + ".sock");
        try {
            Files.writeString(config, configuration(name, role, addresses, workspace.file("cluster.key"), socket));
        } catch (IOException e) {
            throw new DemoException("cannot write " + config + ": " + e.getMessage(), e);
        }
        List<String> flags = new ArrayList<>(ChildProcess.ownFlags());
        // It runs for seconds: compiling it well would cost more than it brings.
        flags.add("-XX:TieredStopAtLevel=1");
        List<String> arguments = List.of(
                "demo-node",
                "--config",
                config.toString(),
                "--clients",
                Integer.toString(world.clientPort()),
                "--servers",
                Integer.toString(world.serverPort()));
        ChildProcess process = ChildProcess.start(
                "node " + name,
                ChildProcess.java(List.of(), flags, CommandLineControl.MAIN, arguments),
                workspace.file(name + ".log"),
                undo);
        return new FirewallNode(name, process, new SocketControl(socket));
    }

    String name() {
        return name;
    }

    ChildProcess process() {
        return process;
    }

    NodeControl control() {
        return control;
    }

    /** Waits until the node serves; where its gate takes packets. */
    World.Doors awaitReady() throws DemoException {
        String[] gate = expect("GATE \\d{1,5} \\d{1,5}").split(" ", -1);
        expect("READY " + name);
        try {
            return new World.Doors(
                    new InetSocketAddress(World.loopback(), Integer.parseInt(gate[1])),
                    new InetSocketAddress(World.loopback(), Integer.parseInt(gate[2])));
        } catch (IOException e) {
            throw new DemoException("this machine has no loopback address 127.0.0.1", e);
        }
    }

    private String expect(String pattern) throws DemoException {
        String line = process.line(READY_LIMIT);
        if (!line.matches(pattern)) {
            throw new DemoException("node " + name + " said '" + line + "' instead of " + pattern);
        }
        return line;
    }

    /** The node's state. */
    NodeStatus status() throws DemoException {
        return NodeStatus.parse(control.send(List.of("status", "--json")));
    }

    /** What its gate did with packets. */
    GateCounts counts() throws DemoException {
        return GateCounts.parse(process.ask("counts", ANSWER_LIMIT));
    }

    /** What it says to its peers is lost from now on. */
    void cutLink() throws DemoException {
        tell("cut");
    }

    /** Its table's events of the flow from this address and port are written down from now on. */
    void watch(String address, int port) throws DemoException {
        tell("watch " + address + " " + port);
    }

    private void tell(String command) throws DemoException {
        String answer = process.ask(command, ANSWER_LIMIT);
        if (!answer.equals("OK")) {
            throw new DemoException("node " + name + " answered '" + answer + "' to " + command);
        }
    }

    /** The events of the watched flow. */
    List<String> events() throws DemoException {
        List<String> lines = new ArrayList<>();
        String line = process.ask("events", ANSWER_LIMIT);
        while (!line.equals("END")) {
            lines.add(line);
            line = process.line(ANSWER_LIMIT);
        }
        return lines;
    }

    /** Ends it with SIGKILL; it must run still. */
    void kill() throws DemoException {
        if (!process.alive()) {
            throw new DemoException("node " + name + " (process " + process.pid() + ") ended before it was killed");
        }
        process.kill();
    }

    /** The node's configuration file. */
    static String configuration(String name, String role, SyncAddresses addresses, Path keyFile, Path socket) {
        return """
                node: %s
                table: userspace
                cluster:
                  name: demo
                  bind-address: %s
                  transport: tcp
                  port: %d
                  members: ["%s", "%s"]
                  key-file: "%s"
                sync:
                  tcp-window: strict
                ha:
                  initial-role: %s
                control:
                  socket: "%s"
                userspace:
                  tcp-loose: false
                """.formatted(
                        name,
                        addresses.host(),
                        addresses.port(name),
                        addresses.member("fw1"),
                        addresses.member("fw2"),
                        keyFile,
                        role,
                        socket);
    }
}
