package org.conntwin.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.ConfigError;
import org.conntwin.node.config.Userspace;
import org.conntwin.node.config.UserspaceConfig;
import org.conntwin.node.userspace.TrackerConfig;
import org.conntwin.tracker.userspace.capture.CaptureException;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.replay.Replay;
import org.conntwin.tracker.userspace.replay.ReplayOptions;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.jspecify.annotations.Nullable;

/** {@code replay}: a capture through a tracker of this process. */
final class ReplayCommand {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final String EVENTS = "--events";
    private static final String PACKETS = "--packets";
    private static final String TABLE = "--table";
    private static final String EXPECTATIONS = "--expectations";
    private static final String STDIN = "-";
    private static final String NO_CHECKSUM = "--no-checksum";

    private ReplayCommand() {}

    static CliCommand command() {
        return CliCommand.of(
                        "replay",
                        "FILE",
                        "run a capture (pcap, pcapng) through the userspace tracker, time taken from the capture",
                        List.of(
                                "conntwin replay wan0.pcap",
                                "conntwin replay wan0.pcapng --packets | grep INVALID",
                                "conntwin replay ftp.pcap --expectations --helper ftp:tcp/21",
                                "conntwin replay after.pcap --table --load before.txt --set tcp-loose=false",
                                "tcpdump -s 0 -U -w - -i wan0 | conntwin replay -"),
                        ReplayCommand::run)
                .with(
                        flag(EVENTS, "a line for every event, as conntrack -E prints them (default)"),
                        flag(PACKETS, "a line for every record: verdict, state, direction"),
                        flag(TABLE, "the entries that are left at the end"),
                        flag(EXPECTATIONS, "events of expectations among the others"),
                        new CliCommand.Option(
                                "--load", "FILE", "entry lines that are the table before the first packet"),
                        new CliCommand.Option("--config", "FILE", "a configuration whose section userspace applies"),
                        new CliCommand.Option(
                                "--helper",
                                "NAME:PROTO/PORT",
                                "a rule that assigns a helper: amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp, tftp; may be repeated",
                                true),
                        new CliCommand.Option(
                                "--set",
                                "KEY=VALUE",
                                "one key of the section userspace, such as tcp-loose=false, out-of-sync=destroy,"
                                        + " timeouts=iptables-tutorial, tcp-established=1h; may be repeated",
                                true),
                        flag(
                                NO_CHECKSUM,
                                "for captures taken on the sending host: no checksum is verified, the IP header's neither"))
                .withoutJson();
    }

    private static CliCommand.Option flag(String name, String meaning) {
        return new CliCommand.Option(name, "", meaning);
    }

    private static int run(Words words, Cli cli) throws UsageException, IOException {
        Path file = Path.of(words.word(0, "replay: the file"));
        words.atMost(1);
        Show show = show(words);
        List<TrackerSettings.HelperRule> helpers = helpers(words);
        String config = words.option("--config", "");
        return switch (UserspaceConfig.read(config.isEmpty() ? null : Path.of(config), words.options("--set"))) {
            case UserspaceConfig.Result.Invalid(var errors) -> {
                for (ConfigError error : errors) {
                    error(cli, error.toString());
                }
                yield USAGE;
            }
            case UserspaceConfig.Result.Valid(var userspace) -> {
                String without = TrackerConfig.withoutEffect(userspace);
                if (without != null) {
                    error(cli, without);
                }
                if (userspace.nat().stream().anyMatch(rule -> rule.kind() == Userspace.NatKind.MASQUERADE)) {
                    error(
                            cli,
                            "userspace.nat: a capture tells no routes: flows for a masquerade rule are dropped; for replay,"
                                    + " use kind: source with the address");
                }
                TrackerSettings settings = settings(TrackerConfig.settings(userspace), helpers, words.has(NO_CHECKSUM));
                ReplayOptions options =
                        new ReplayOptions(settings, show, words.has(EXPECTATIONS), !words.has(NO_CHECKSUM));
                String load = words.option("--load", "");
                yield replay(file, options, load.isEmpty() ? null : Path.of(load), cli);
            }
        };
    }

    private static Show show(Words words) throws UsageException {
        List<String> given = new ArrayList<>();
        for (String option : List.of(EVENTS, PACKETS, TABLE)) {
            if (words.has(option)) {
                given.add(option);
            }
        }
        if (given.size() > 1) {
            throw new UsageException("replay: " + String.join(" and ", given) + " exclude each other; choose one");
        }
        boolean events = given.isEmpty() || given.getFirst().equals(EVENTS);
        if (!events && words.has(EXPECTATIONS)) {
            throw new UsageException("replay: " + EXPECTATIONS + " are events; leave " + given.getFirst() + " out");
        }
        return events ? Show.EVENTS : given.getFirst().equals(PACKETS) ? Show.PACKETS : Show.TABLE;
    }

    private static List<TrackerSettings.HelperRule> helpers(Words words) throws UsageException {
        List<TrackerSettings.HelperRule> rules = new ArrayList<>();
        for (String text : words.options("--helper")) {
            Userspace.Helper rule = Userspace.Helper.parse(text);
            if (rule == null) {
                throw new UsageException("replay: --helper " + text + " is not a rule such as ftp:tcp/21");
            }
            String unknown = rule.unknown();
            if (unknown != null) {
                throw new UsageException("replay: --helper " + text + ": " + unknown);
            }
            rules.add(new TrackerSettings.HelperRule(rule.name(), rule.protocol(), rule.port()));
        }
        return rules;
    }

    /** The settings with the rules of the command line before those of the configuration. */
    private static TrackerSettings settings(
            TrackerSettings from, List<TrackerSettings.HelperRule> helpers, boolean noChecksum) {
        List<TrackerSettings.HelperRule> rules = new ArrayList<>(helpers);
        rules.addAll(from.helpers());
        return from.withHelpers(rules).withChecksum(from.checksum() && !noChecksum);
    }

    private static int replay(Path file, ReplayOptions options, @Nullable Path load, Cli cli) throws IOException {
        for (Path given : load == null ? List.of(file) : List.of(file, load)) {
            if (Files.isDirectory(given)) {
                error(
                        cli,
                        given + ": a folder; give the path of " + (given.equals(load) ? "entry lines" : "a capture"));
                return USAGE;
            }
        }
        Replay replay = new Replay(options, cli.stdout(), warning -> error(cli, warning));
        try (LastWords _ = new LastWords();
                InputStream entries = load == null ? null : open(load);
                CaptureReader capture = capture(file)) {
            if (load != null && entries != null) {
                replay.load(entries, load.toString());
            }
            boolean whole = replay.run(capture, file.toString());
            return whole && replay.loadedAll() ? 0 : FAILED;
        } catch (NoSuchFileException missing) {
            error(cli, missing.getFile() + ": no such file");
            return USAGE;
        } catch (CaptureException notOne) {
            error(cli, String.valueOf(notOne.getMessage()));
            return FAILED;
        }
    }

    private static void error(Cli cli, String line) {
        cli.err().println("conntwin: " + line);
    }

    private static CaptureReader capture(Path file) throws IOException, CaptureException {
        try {
            return file.toString().equals(STDIN) ? CaptureReader.open(System.in, "stdin") : CaptureReader.open(file);
        } catch (IOException failure) {
            throw named(file, failure);
        }
    }

    private static InputStream open(Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (IOException failure) {
            throw named(file, failure);
        }
    }

    /** What is wrong with a file in words: the platform's exceptions often say its name alone. */
    private static IOException named(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return new NoSuchFileException(file.toString());
        }
        String why = switch (failure) {
            case AccessDeniedException _ -> "not readable for this user";
            default -> String.valueOf(failure.getMessage());
        };
        return new IOException(file + ": " + why, failure);
    }
}
