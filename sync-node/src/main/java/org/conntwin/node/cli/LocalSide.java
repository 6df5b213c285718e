package org.conntwin.node.cli;

import java.nio.file.Path;
import java.util.List;
import org.conntwin.node.Node;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.EnvironmentCheck;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.demo.Demo;
import org.conntwin.node.demo.gate.FirewallProgram;
import org.conntwin.node.demo.stage.DemoOptions;
import org.conntwin.node.reference.ConfigReference;
import org.jspecify.annotations.Nullable;

/** The commands that need no running node. */
final class LocalSide {
    private static final int REFUSED = 1;
    private static final int USAGE = 2;

    private LocalSide() {}

    static List<CliCommand> commands() {
        return List.of(
                CliCommand.of(
                                "node",
                                "--config FILE",
                                "run a node in the foreground until SIGTERM",
                                List.of("conntwin node --config /etc/conntwin/node.yaml"),
                                LocalSide::node)
                        .with(new CliCommand.Option("--config", "FILE", "the node's configuration"))
                        .withoutJson(),
                CliCommand.of(
                                "demo",
                                "[--flows N] [--table userspace|kernel] [--live] [--seed N]",
                                "the main job on one machine: two nodes, live flows, the active one killed",
                                List.of(
                                        "conntwin demo",
                                        "conntwin demo --table kernel --flows 2000",
                                        "conntwin demo --table userspace --live"),
                                (words, cli) -> {
                                    words.atMost(0);
                                    String table = words.option("--table", "userspace");
                                    if (!List.of("userspace", "kernel").contains(table)) {
                                        throw new UsageException(
                                                "demo: --table " + table + " is not userspace or kernel");
                                    }
                                    boolean live = words.has("--live");
                                    if (live && table.equals("kernel")) {
                                        throw new UsageException("demo: --live is for --table userspace");
                                    }
                                    return Demo.run(new DemoOptions(
                                            (int) words.number("--flows", 500, 1, 20_000),
                                            live ? DemoOptions.LIVE : table,
                                            words.number("--seed", 1, 0, Long.MAX_VALUE)));
                                })
                        .with(
                                new CliCommand.Option(
                                        "--flows", "N", "TCP flows, 1 to 20000 (500); a tenth of UDP flows besides"),
                                new CliCommand.Option(
                                        "--table", "TABLE", "userspace (default) or kernel (root, network namespaces)"),
                                new CliCommand.Option(
                                        "--live",
                                        "",
                                        "real sockets in network namespaces; the nodes track what the kernel queues"
                                                + " to them (root)"),
                                new CliCommand.Option(
                                        "--seed", "N", "what contents, pace and the lines' mishaps derive from (1)"))
                        .withoutJson(),
                ReplayCommand.command(),
                CliCommand.of(
                                "demo-node",
                                "--config FILE --clients PORT --servers PORT",
                                "a node of the demo, with the packets of its virtual hosts",
                                List.of("conntwin demo-node --config fw1.yaml --clients 40001 --servers 40002"),
                                LocalSide::demoNode)
                        .with(
                                new CliCommand.Option("--config", "FILE", "the node's configuration"),
                                new CliCommand.Option("--clients", "PORT", "where the inside's packets come from"),
                                new CliCommand.Option("--servers", "PORT", "where the outside's packets come from"))
                        .withoutJson()
                        .unseen(),
                CliCommand.of(
                                "config",
                                "check FILE|show|reference [--format md|yaml]",
                                "check a configuration file, every mistake with line and column; show the running one; or"
                                        + " explain every key",
                                List.of(
                                        "conntwin config check /etc/conntwin/node.yaml",
                                        "conntwin config show",
                                        "conntwin config reference --format yaml"),
                                LocalSide::config)
                        .with(new CliCommand.Option(
                                "--format",
                                "md|yaml",
                                "reference: a page in Markdown (md, default), or a file with comments (yaml)")),
                CliCommand.of(
                                "keygen",
                                "FILE",
                                "write a new cluster key, readable by its owner alone",
                                List.of("conntwin keygen /etc/conntwin/cluster.key"),
                                LocalSide::keygen)
                        .withoutJson());
    }

    private static int node(Words words, Cli cli) throws UsageException {
        words.atMost(0);
        NodeConfig config = valid(configFile("node", words), cli);
        if (config == null) {
            return USAGE;
        }
        List<String> problems = EnvironmentCheck.problems(config);
        for (String problem : problems) {
            cli.err().println("conntwin: " + problem);
        }
        return problems.isEmpty() ? Node.run(config) : REFUSED;
    }

    private static int demoNode(Words words, Cli cli) throws UsageException {
        words.atMost(0);
        NodeConfig config = valid(configFile("demo-node", words), cli);
        if (config == null) {
            return USAGE;
        }
        return FirewallProgram.run(
                config, (int) words.number("--clients", 0, 1, 65_535), (int) words.number("--servers", 0, 1, 65_535));
    }

    private static Path configFile(String command, Words words) throws UsageException {
        String file = words.option("--config", "");
        if (file.isEmpty()) {
            throw new UsageException(command + ": --config FILE is missing");
        }
        return Path.of(file);
    }

    private static int config(Words words, Cli cli) throws UsageException, java.io.IOException {
        String what = words.choice(0, "config: what to do", List.of("check", "show", "reference"));
        if (!what.equals("reference") && words.has("--format")) {
            throw new UsageException("config " + what + ": --format is of config reference");
        }
        if (what.equals("reference") && cli.json()) {
            throw new UsageException("config reference: it prints lines and no JSON; leave --json out");
        }
        if (!what.equals("check")) {
            words.atMost(1);
            return what.equals("show") ? cli.send("config-show") : reference(words, cli);
        }
        words.atMost(2);
        Path file = Path.of(words.word(1, "config check: the file"));
        return ConfigCheck.of(file).print(cli);
    }

    private static int reference(Words words, Cli cli) throws UsageException {
        String format = words.option("--format", "md");
        if (!List.of("md", "yaml").contains(format)) {
            throw new UsageException("config reference: --format " + format + " is not md or yaml");
        }
        cli.out().print(format.equals("md") ? ConfigReference.markdown() : ConfigReference.yaml());
        return 0;
    }

    private static @Nullable NodeConfig valid(Path file, Cli cli) {
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Valid(var config) -> config;
            case ConfigResult.Invalid(var errors) -> {
                ConfigCheck.print(errors, cli);
                yield null;
            }
        };
    }

    private static int keygen(Words words, Cli cli) throws UsageException {
        words.atMost(1);
        Path file = Path.of(words.word(0, "keygen: the file"));
        try {
            ClusterKey.generate(file);
            cli.out().println("wrote " + file);
            return 0;
        } catch (KeyFileException refused) {
            cli.err().println("conntwin: " + refused.getMessage());
            return REFUSED;
        }
    }
}
