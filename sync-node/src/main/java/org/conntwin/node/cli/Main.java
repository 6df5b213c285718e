package org.conntwin.node.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Its specification is built by hand rather than from annotations: without reflection a
 * command's process starts and ends sooner, and HA managers wait for it.
 */
public final class Main {
    private static final int REFUSED = 1;
    private static final int USAGE = 2;
    private static final int HELP_WIDTH = 100;
    /** What fits in a line of help behind the indent. */
    private static final int EXAMPLE_WIDTH = HELP_WIDTH - 4;

    private static final String COMPLETION = "generate-completion";
    private static final String MANUAL = "generate-man";
    private static final String SUMMARY = "Keeps a twin of a firewall's connection-tracking table on its backups.";
    private static final String DEFAULT_SOCKET = "/run/conntwin/control.sock";

    private static final CliCommand.Option SOCKET =
            new CliCommand.Option("--socket", "PATH", "control socket of the node (default " + DEFAULT_SOCKET + ")");
    private static final CliCommand.Option JSON = new CliCommand.Option("--json", "", "output for machines");

    private final Map<String, CliCommand> commands = new TreeMap<>();
    private final CommandLine parser;

    /** Builds the specification of the one command that is meant, where that is plain: a start's time goes there. */
    private Main(List<String> arguments) {
        List<CliCommand> all = new ArrayList<>(NodeSide.commands());
        all.addAll(LocalSide.commands());
        all.add(CliCommand.of(
                        COMPLETION,
                        "",
                        "print the completion script for bash",
                        List.of("source <(conntwin generate-completion)"),
                        (words, cli) -> completion(cli))
                .withoutJson()
                .unseen());
        all.add(CliCommand.of(
                        MANUAL,
                        "",
                        "print the manual page",
                        List.of("conntwin generate-man | man -l -"),
                        (words, cli) -> manual(cli, all))
                .withoutJson()
                .unseen());
        CommandSpec root = CommandSpec.create().name("conntwin");
        root.version("conntwin " + version());
        root.usageMessage()
                .description(SUMMARY)
                .footer(
                        "",
                        "Exit codes: 0 done; 1 refused or failed; 2 usage or configuration error;",
                        "3 verify found a difference; 4 node or peer cannot be reached.",
                        "Examples: conntwin node --config /etc/conntwin/node.yaml",
                        "          conntwin status",
                        "          conntwin role active");
        root.addOption(global(SOCKET).scopeType(ScopeType.INHERIT).build());
        // Each command has its own: those that print no JSON hide and refuse it.
        root.addOption(global(JSON).build());
        root.addOption(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("show help")
                .build());
        root.addOption(OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("show the version")
                .build());
        all.forEach(command -> commands.put(command.name(), command));
        String only = only(arguments);
        for (CliCommand command : all) {
            if (only == null || only.equals(command.name())) {
                root.addSubcommand(command.name(), spec(command));
            }
        }
        parser = new CommandLine(root);
        parser.setUsageHelpWidth(HELP_WIDTH);
        // A word that starts with @ is a word, not a file of arguments.
        parser.setExpandAtFiles(false);
    }

    private static OptionSpec.Builder global(CliCommand.Option option) {
        return OptionSpec.builder(option.name())
                .type(option.label().isEmpty() ? boolean.class : String.class)
                .paramLabel(option.label())
                .description(option.meaning());
    }

    private static CommandSpec spec(CliCommand command) {
        CommandSpec spec = CommandSpec.create();
        String options = command.options().isEmpty() || command.parameters().contains("--") ? "" : " [OPTIONS]";
        List<String> footer = new ArrayList<>(List.of("", "Examples:"));
        for (String example : command.examples()) {
            broken(example).forEach(line -> footer.add("  " + line.replace("%", "%%")));
        }
        spec.usageMessage()
                .description(command.summary())
                .customSynopsis("conntwin " + command.name()
                        + (command.parameters().isEmpty() ? "" : " " + command.parameters()) + options)
                .footer(footer.toArray(String[]::new))
                .hidden(command.hidden());
        for (CliCommand.Option option : command.options()) {
            OptionSpec.Builder built =
                    OptionSpec.builder(option.name()).paramLabel(option.label()).description(option.meaning());
            if (option.repeated()) {
                built.type(List.class).auxiliaryTypes(String.class);
            } else {
                built.type(option.label().isEmpty() ? boolean.class : String.class);
            }
            spec.addOption(built.build());
        }
        spec.addOption(global(JSON).hidden(!command.json()).build());
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .completionCandidates(() -> words(command.parameters()))
                .hidden(true)
                .build());
        return spec;
    }

    /** An example as lines that the shell takes as one; breaks at blanks outside quotes. */
    private static List<String> broken(String example) {
        List<String> lines = new ArrayList<>();
        String rest = example;
        while (rest.length() > EXAMPLE_WIDTH) {
            int at = -1;
            boolean quoted = false;
            for (int i = 0; i < EXAMPLE_WIDTH - 2; i++) {
                char c = rest.charAt(i);
                quoted ^= c == '\'' || c == '"';
                at = c == ' ' && !quoted && !rest.substring(0, i).isBlank() ? i : at;
            }
            if (at < 0) {
                break;
            }
            lines.add(rest.substring(0, at) + " \\");
            rest = "    " + rest.substring(at + 1);
        }
        lines.add(rest);
        return lines;
    }

    /** The words to be given as they stand; one in capitals stands for another. Asked for by the completion alone. */
    private static Iterator<String> words(String parameters) {
        return Pattern.compile("\\b[a-z]+\\b")
                .matcher(parameters.replaceAll("\\[?--.*", ""))
                .results()
                .map(MatchResult::group)
                .iterator();
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private int completion(Cli cli) {
        // Picocli leaves out the words of hidden parameters. Where no word fits, the shell offers files.
        cli.out()
                .println(AutoComplete.bash("conntwin", parser)
                        .replaceAll("(?m)^ *type compopt &>/dev/null && compopt \\+o default\\R", "")
                        .replaceAll(
                                "(local positionals=\"\")(\\R *local IFS=\\S+)",
                                "$2\n    local positionals=\"\\${PARAM_pos_param_args[*]-}\""));
        return 0;
    }

    private static int manual(Cli cli, List<CliCommand> all) {
        List<CliCommand.Option> options = new ArrayList<>(List.of(SOCKET, JSON));
        options.add(new CliCommand.Option("-h, --help", "", "show help"));
        options.add(new CliCommand.Option("-V, --version", "", "show the version"));
        cli.out().print(ManPage.of(version(), SUMMARY, options, all));
        return 0;
    }

    private int run(String[] arguments, PrintStream out, Sink sink, PrintStream err) {
        String help = "conntwin";
        try {
            ParseResult result = parser.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(result)) {
                return 0;
            }
            if (!result.hasSubcommand()) {
                parser.usage(err);
                return USAGE;
            }
            ParseResult given = result.subcommand();
            CliCommand command = commands.get(given.commandSpec().name());
            if (command == null) {
                throw new IllegalStateException(
                        "no command " + given.commandSpec().name());
            }
            help = "conntwin " + command.name();
            String socket = given.matchedOptionValue("--socket", result.matchedOptionValue("--socket", DEFAULT_SOCKET));
            boolean json = given.hasMatchedOption("--json") || result.hasMatchedOption("--json");
            if (json && !command.json()) {
                throw new UsageException(command.name() + ": it prints lines and no JSON; leave --json out");
            }
            Cli cli = new Cli(Path.of(socket == null ? DEFAULT_SOCKET : socket), json, out, sink, err);
            return command.action().run(new Words(given), cli);
        } catch (UnmatchedArgumentException wrong) {
            if (wrong.isUnknownOption() && wrong.getUnmatched().getFirst().matches("-\\d.*")) {
                // The one thing that begins with a number is an expectation.
                UsageException negative = new UsageException("the lifetime in \""
                        + wrong.getUnmatched().getFirst() + "\" is negative; give its seconds, 1 or more");
                return usage(negative, wrong.getCommandLine().getCommandSpec().qualifiedName(), err);
            }
            boolean word = !wrong.isUnknownOption() && !wrong.getUnmatched().isEmpty();
            Exception named = word
                    ? new UsageException(
                            "unknown command \"" + wrong.getUnmatched().get(0) + '"')
                    : wrong;
            return usage(named, wrong.getCommandLine().getCommandSpec().qualifiedName(), err);
        } catch (ParameterException wrong) {
            return usage(wrong, wrong.getCommandLine().getCommandSpec().qualifiedName(), err);
        } catch (UsageException wrong) {
            return usage(wrong, help, err);
        } catch (IOException failure) {
            if (sink.failure() == null) {
                err.println("conntwin: " + failure.getMessage());
            }
            return REFUSED;
        }
    }

    /** The one command whose specification is enough for these arguments; null when all are needed. */
    private @Nullable String only(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--socket")) {
                i++;
            } else if (!argument.equals("--json") && !argument.startsWith("--socket=")) {
                boolean needsAll = argument.startsWith("-") || argument.equals(COMPLETION);
                return needsAll || !commands.containsKey(argument) ? null : argument;
            }
        }
        return null;
    }

    private static int usage(Exception wrong, String command, PrintStream err) {
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        err.println("conntwin: " + message + " (see `" + command.strip() + " --help`)");
        return USAGE;
    }

    /**
     * Runs one command in this process.
     *
     * @param arguments as on the command line
     * @param stdout standard output, closed by nobody
     * @param err standard error
     * @return the exit code
     */
    public static int run(List<String> arguments, OutputStream stdout, PrintStream err) {
        Sink sink = new Sink(stdout);
        PrintStream out = new PrintStream(sink, false, StandardCharsets.UTF_8);
        Main main = new Main(arguments);
        main.parser.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        int code = main.run(arguments.toArray(String[]::new), out, sink, err);
        out.flush();
        IOException failure = sink.failure();
        if (failure == null) {
            return code;
        }
        // A reader that has seen enough (`dump | head`) needs no telling.
        if (!String.valueOf(failure.getMessage()).contains("Broken pipe")) {
            err.println("conntwin: the output cannot be written (" + failure.getMessage() + ")");
        }
        return code == 0 ? REFUSED : code;
    }

    /**
     * The process: ends with the command's exit code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), new FileOutputStream(FileDescriptor.out), System.err));
    }
}
