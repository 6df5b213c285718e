package org.conntwin.node;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.control.ControlClient;
import org.conntwin.node.control.ControlException;
import org.conntwin.node.fake.TestPorts;
import org.conntwin.node.http.HttpException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.jspecify.annotations.Nullable;

/** Whole nodes on userspace tables, on the loopback network, without root: one cluster. */
final class UserspaceNodes implements AutoCloseable {
    static final Duration LONGEST = Duration.ofSeconds(10);

    private final int port = TestPorts.next();
    private final Path folder;
    private final List<RunningNode> running = new ArrayList<>();

    UserspaceNodes(Path folder) {
        this.folder = folder;
    }

    /** What a command printed. */
    record Printed(int exitCode, String out, String err) {}

    RunningNode start(int number, String sync)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        return start(number, sync, "\"ftp:tcp/21\"");
    }

    RunningNode start(int number, String sync, String helpers)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        NodeConfig config = LoopbackConfig.of(
                number, port, socket(number), "sync: " + sync + "\nuserspace: {helpers: [" + helpers + "]}\n");
        RunningNode node = RunningNode.start(config, Surroundings.NONE, () -> {});
        running.add(node);
        return node;
    }

    /** Ends one before its time. */
    void end(RunningNode node) {
        node.close();
        running.remove(node);
    }

    private Path socket(int number) {
        return folder.resolve("fw" + number + ".sock");
    }

    /** Runs a command with an input. */
    Printed feed(int number, @Nullable String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            int code = ControlClient.run(
                    socket(number),
                    List.of(arguments),
                    input == null ? null : new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                    out,
                    err);
            return new Printed(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (ControlException | IOException failure) {
            throw new AssertionError(failure);
        }
    }

    Printed run(int number, String... arguments) {
        return feed(number, null, arguments);
    }

    /** Waits until a node has all of these that its peer owns: what was not announced yet is no difference. */
    void awaitExternal(int number, int entries, int expectations) {
        await("fw" + number + " has what its peer owns").atMost(LONGEST).until(() -> {
            String status = run(number, "status").out();
            return status.contains("entries: internal 0, external " + entries + ",")
                    && status.contains("expectations: internal 0, external " + expectations + ",");
        });
        await("parity at fw" + number)
                .atMost(LONGEST)
                .until(() -> run(number, "verify").exitCode() == 0);
    }

    static UserspaceTable table(RunningNode node) {
        return node.userspaceTable().orElseThrow();
    }

    static @Nullable Conntrack connection(RunningNode node, int port) {
        return table(node).find(Tuple.ipv4(Protocol.TCP, 0x0a000102, 0x0a000202, port, 80), Zone.DEFAULT);
    }

    static TcpState state(@Nullable Conntrack entry) {
        return (TcpState) Objects.requireNonNull(Objects.requireNonNull(entry).state());
    }

    /** A connection in the middle of a conversation, its windows moved since the last event. */
    static Gateway conversation(RunningNode node) {
        Gateway gateway = new Gateway(table(node));
        gateway.connect(5000);
        gateway.pass(Gateway.client(5000, 0, 0).payload(500));
        gateway.pass(Gateway.server(5000, 0, 500).payload(700));
        gateway.pass(Gateway.client(5000, 500, 700));
        return gateway;
    }

    @Override
    public void close() {
        running.reversed().forEach(RunningNode::close);
    }
}
