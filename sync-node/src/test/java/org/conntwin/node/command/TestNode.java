package org.conntwin.node.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.ha.HighAvailability;
import org.conntwin.node.local.ExpectationFeed;
import org.conntwin.node.local.PeersEntries;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.local.TableFeed;
import org.conntwin.node.local.TableRereader;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.Release;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.RoleName;

/** All parts of a node but its sockets, and its commands. */
final class TestNode implements AutoCloseable {
    final FakeTable table = new FakeTable();
    final NodeParts parts;
    final AtomicInteger stops = new AtomicInteger();
    private final RoleKeeper roles;
    private final TableRereader rereader;
    private final ExpectationFeed expectations;

    /** What a command printed, and its exit code. */
    record Printed(int exitCode, List<String> lines, List<String> errors) {
        String line() {
            if (lines.size() != 1 || !errors.isEmpty()) {
                throw new AssertionError("not one line: " + this);
            }
            return lines.getFirst();
        }

        String error() {
            if (errors.size() != 1 || !lines.isEmpty()) {
                throw new AssertionError("not one line: " + this);
            }
            return errors.getFirst();
        }
    }

    TestNode(FakeNetwork network, String name) {
        // Heartbeats come five times as fast.
        Clock clock = () -> System.nanoTime() * 5;
        Turns turns = Turns.threads(clock);
        NodeConfig config = config(name);
        InternalCache internal = new InternalCache(clock, 100_000);
        ExternalCache external = new ExternalCache(clock, 100_000, false);
        Identity identity = new Identity(name, "kernel", new Identity.Standing(RoleName.BACKUP, 1000, 0));
        Release release = new Release(internal, external, table, Duration.ofSeconds(60), false, Set::of, turns);
        roles = new RoleKeeper(identity, new Injector(table, true), internal, external, release, turns);
        Replication replication = new Replication(
                identity, internal, external, listener -> network.open(name, listener), roles, () -> {}, turns);
        roles.replication(replication);
        ReplicationFilter filter = new ReplicationFilter(config.sync(), List.of());
        rereader = new TableRereader(table, internal, filter, PeersEntries.NONE, replication::wake, turns);
        expectations = new ExpectationFeed(table, internal, replication::wake, rereader::soon, turns);
        TableFeed feed =
                new TableFeed(internal, filter, PeersEntries.NONE, expectations, replication::wake, rereader::soon);
        table.listen(feed);
        parts = new NodeParts(
                config,
                clock,
                identity,
                table,
                internal,
                external,
                feed,
                rereader,
                replication,
                roles,
                new HighAvailability(config.ha(), roles, identity, replication, clock),
                null,
                () -> Map.of("oversized", 4L),
                () -> Map.of("served", 7L),
                KeyState.NONE,
                stops::incrementAndGet);
        try {
            replication.start();
        } catch (ChannelException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static NodeConfig config(String name) {
        String text = """
                node: %s
                table: kernel
                cluster:
                  name: test
                  bind-address: 127.0.0.1
                  insecure: true
                """.formatted(name);
        return switch (ConfigReader.parse(text, "test.yaml")) {
            case ConfigResult.Valid valid -> valid.config();
            case ConfigResult.Invalid invalid -> throw new AssertionError(invalid.errors());
        };
    }

    Printed run(String... arguments) {
        return run(List.of(arguments), List.of());
    }

    Printed run(List<String> arguments, List<String> input) {
        List<String> lines = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        Deque<String> rest = new ArrayDeque<>(input);
        CommandOutput output = new CommandOutput() {
            @Override
            public void line(String text) {
                lines.add(text);
            }

            @Override
            public void error(String text) {
                errors.add(text);
            }
        };
        try {
            int exitCode = new NodeCommands(parts).handle(arguments, rest::poll, output);
            return new Printed(exitCode, lines, errors);
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        roles.close();
        rereader.close();
        expectations.close();
        parts.replication().close();
    }
}
