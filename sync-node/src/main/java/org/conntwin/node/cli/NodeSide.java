package org.conntwin.node.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that a running node does. */
final class NodeSide {
    private static final List<String> KINDS = List.of("ct", "expect");
    private static final List<String> PLACES = List.of("internal", "external", "table");
    private static final CliCommand.Option STRICT =
            new CliCommand.Option("--strict", "", "exit with 1 when any entry failed");

    private NodeSide() {}

    static List<CliCommand> commands() {
        return List.of(
                CliCommand.of(
                        "status",
                        "",
                        "role, table, peers with lag and parity, entry counts, last commit",
                        List.of("conntwin status", "conntwin status --json"),
                        (words, cli) -> plain(words, cli, "status")),
                dump(),
                CliCommand.of(
                                "commit",
                                "[ct|expect]",
                                "write what the peers own into the local table; may be repeated",
                                List.of("conntwin commit", "conntwin commit ct --strict"),
                                (words, cli) -> {
                                    words.atMost(1);
                                    return cli.send(strict(
                                            words, "commit", words.choice(0, "commit: what to commit", KINDS, "all")));
                                })
                        .with(STRICT),
                CliCommand.of(
                                "role",
                                "active|backup|fault",
                                "what an HA manager calls: take over, step down, stop claiming",
                                List.of("conntwin role active", "conntwin role backup"),
                                (words, cli) -> {
                                    words.atMost(1);
                                    String role =
                                            words.choice(0, "role: the role", List.of("active", "backup", "fault"));
                                    return cli.send(strict(words, "role", role));
                                })
                        .with(STRICT),
                CliCommand.of(
                        "flush",
                        "internal|external|table [ct|expect]",
                        "empty a cache or the local table",
                        List.of("conntwin flush external", "conntwin flush table ct"),
                        (words, cli) -> {
                            words.atMost(2);
                            return cli.send(
                                    "flush",
                                    words.choice(0, "flush: what to flush", PLACES),
                                    words.choice(1, "flush: the kind", KINDS, "all"));
                        }),
                CliCommand.of(
                        "resync",
                        "",
                        "read the local table again: adds, updates and removes what is gone",
                        List.of("conntwin resync"),
                        (words, cli) -> plain(words, cli, "resync")),
                CliCommand.of(
                        "bulk",
                        "",
                        "send the whole internal cache to the peers",
                        List.of("conntwin bulk"),
                        (words, cli) -> plain(words, cli, "bulk")),
                CliCommand.of(
                        "request",
                        "",
                        "ask the peers for all that they own",
                        List.of("conntwin request"),
                        (words, cli) -> plain(words, cli, "request")),
                CliCommand.of(
                        "verify",
                        "",
                        "compare this node's view of each peer with the peer's own; exit 0 parity, 3 difference, 4 no answer",
                        List.of("conntwin verify && echo twins"),
                        (words, cli) -> plain(words, cli, "verify")),
                CliCommand.of(
                        "stats",
                        "[cache|network|events|commit|runtime]",
                        "counters by outcome and cause",
                        List.of("conntwin stats", "conntwin stats network --json"),
                        (words, cli) -> {
                            words.atMost(1);
                            String topic = words.choice(
                                    0,
                                    "stats: the topic",
                                    List.of("cache", "network", "events", "commit", "runtime"),
                                    "");
                            return topic.isEmpty() ? cli.send("stats") : cli.send("stats", topic);
                        }),
                CliCommand.of(
                        "load",
                        "FILE",
                        "write entry lines into the local table; - reads standard input",
                        List.of(
                                "conntwin load entries.txt",
                                "conntwin dump table | conntwin --socket other.sock load -"),
                        NodeSide::load),
                CliCommand.of(
                        "expect",
                        "add LINE|delete LINE|list",
                        "expectations of the local table: connections that helpers let follow from others",
                        List.of(
                                "conntwin expect list",
                                "conntwin expect add 60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=5001"
                                        + " mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535"
                                        + " master-src=10.0.1.2 master-dst=10.0.2.2 sport=40000 dport=21 class=0 helper=ftp",
                                "conntwin expect delete \"$(conntwin expect list | head -n 1)\"",
                                "conntwin expect list --json"),
                        NodeSide::expect),
                CliCommand.of(
                        "stop",
                        "",
                        "stop the node cleanly",
                        List.of("conntwin stop"),
                        (words, cli) -> plain(words, cli, "stop")));
    }

    private static int plain(Words words, Cli cli, String command) throws UsageException, IOException {
        words.atMost(0);
        return cli.send(command);
    }

    private static String[] strict(Words words, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (words.has("--strict")) {
            all.add("--strict");
        }
        return all.toArray(String[]::new);
    }

    private static CliCommand dump() {
        return CliCommand.of(
                        "dump",
                        "internal|external|table [ct|expect]",
                        "a cache or the local table, one entry a line",
                        List.of(
                                "conntwin dump external",
                                "conntwin dump internal --filter 'proto=tcp dport=80 src=10.0.0.0/8 state=ESTABLISHED'",
                                "conntwin dump table expect --format json"),
                        (words, cli) -> {
                            words.atMost(2);
                            List<String> arguments = new ArrayList<>(List.of(
                                    "dump",
                                    words.choice(0, "dump: what to dump", PLACES),
                                    words.choice(1, "dump: the kind", KINDS, "ct")));
                            String format = words.option("--format", cli.json() ? "json" : "text");
                            if (!List.of("text", "json", "xml").contains(format)) {
                                throw new UsageException("dump: --format " + format + " is not text, json or xml");
                            }
                            arguments.addAll(List.of("--format", format));
                            if (words.has("--filter")) {
                                arguments.addAll(List.of("--filter", words.option("--filter", "")));
                            }
                            return cli.send(null, arguments);
                        })
                .with(
                        new CliCommand.Option(
                                "--filter",
                                "F",
                                "only what fits: proto= src= dst= sport= dport= state= zone= mark= helper= origin="),
                        new CliCommand.Option("--format", "FORMAT", "text (default), json or xml"));
    }

    private static int load(Words words, Cli cli) throws UsageException, IOException {
        words.atMost(1);
        String file = words.word(0, "load: the file");
        if (file.equals("-")) {
            return cli.send(System.in, List.of("load"));
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new UsageException("load: " + file + " is a folder; give the path of entry lines");
        }
        try (InputStream lines = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
            return cli.send(lines, List.of("load"));
        } catch (NoSuchFileException missing) {
            throw new UsageException("load: there is no file " + file);
        }
    }

    private static int expect(Words words, Cli cli) throws UsageException, IOException {
        String action = words.choice(0, "expect: what to do", List.of("add", "delete", "list"));
        if (action.equals("list")) {
            words.atMost(1);
            return cli.send("expect", "list");
        }
        String line = String.join(" ", words.from(1));
        if (line.isBlank()) {
            throw new UsageException(
                    "expect " + action + ": the expectation line is missing; see `conntwin expect list`");
        }
        return cli.send("expect", action, line);
    }
}
