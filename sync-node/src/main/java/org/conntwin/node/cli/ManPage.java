package org.conntwin.node.cli;

import java.util.Comparator;
import java.util.List;

/** The manual page conntwin(8), written from the commands themselves (man(7) macros). */
final class ManPage {
    private static final List<String[]> FILES = List.of(
            new String[] {"/etc/conntwin/node.yaml", "the node's configuration; every option is explained in it"},
            new String[] {"/etc/conntwin/cluster.key", "the cluster's key, the same on every node, mode 0600"},
            new String[] {"/run/conntwin/control.sock", "where commands reach the node"});
    private static final List<String[]> ENVIRONMENT = List.of(
            new String[] {"CONNTWIN_HEAP", "the most memory that a node, the demo or replay may take for its data (1g)"
            },
            new String[] {"CONNTWIN_JAVA_OPTS", "further options of the Java virtual machine"},
            new String[] {
                "NOTIFY_SOCKET, WATCHDOG_USEC",
                "set by systemd: where node tells that it is ready, how it does and that it lives, see sd_notify(3)"
            });
    private static final List<String[]> CODES = List.of(
            new String[] {"0", "done"},
            new String[] {"1", "the node refused or failed; one line on standard error says what to do next"},
            new String[] {"2", "usage or configuration error"},
            new String[] {"3", "verify found a difference"},
            new String[] {"4", "the node or a peer cannot be reached"});

    private final StringBuilder text = new StringBuilder(16_384);

    private ManPage() {}

    /**
     * The whole page.
     *
     * @param summary of the product, a sentence
     * @param options those that every command takes, each name with its value's label
     * @param commands in any order; hidden ones are left out
     */
    static String of(String version, String summary, List<CliCommand.Option> options, List<CliCommand> commands) {
        ManPage page = new ManPage();
        page.head(version, summary);
        page.section("OPTIONS");
        options.forEach(page::option);
        page.section("COMMANDS");
        commands.stream()
                .filter(command -> !command.hidden())
                .sorted(Comparator.comparing(CliCommand::name))
                .forEach(page::command);
        page.list("EXIT STATUS", CODES);
        page.list("FILES", FILES);
        page.list("ENVIRONMENT", ENVIRONMENT);
        page.section("SEE ALSO");
        page.line("conntrack(8), keepalived(8), nft(8), systemd.service(5)");
        return page.text.toString();
    }

    private void head(String version, String summary) {
        macro("TH CONNTWIN 8 \"\" \"conntwin " + escaped(version) + "\" \"System Administration\"");
        section("NAME");
        text.append("conntwin \\- keep a twin of the connection tracking table on the backups of a firewall\n");
        section("SYNOPSIS");
        macro("B conntwin");
        line("[OPTIONS] COMMAND [ARGUMENTS]");
        macro("br");
        macro("B conntwin");
        line("COMMAND --help");
        section("DESCRIPTION");
        line(summary);
        line("When the firewall dies, the backup writes the twin into its own table, and connections go on.");
    }

    private void command(CliCommand command) {
        macro("SS conntwin " + escaped(command.name())
                + (command.parameters().isEmpty() ? "" : " " + escaped(command.parameters())));
        line(command.summary());
        command.options().forEach(this::option);
        macro("PP");
        macro("nf");
        macro("RS 2");
        command.examples().forEach(this::line);
        macro("RE");
        macro("fi");
    }

    private void option(CliCommand.Option option) {
        macro("TP");
        String label = option.label().isEmpty() ? "" : " " + option.label();
        text.append("\\fB").append(escaped(option.name())).append("\\fR");
        line(label + (option.repeated() ? " (may be repeated)" : ""));
        line(option.meaning());
    }

    private void list(String title, List<String[]> rows) {
        section(title);
        for (String[] row : rows) {
            macro("TP");
            text.append("\\fB").append(escaped(row[0])).append("\\fR\n");
            line(row[1]);
        }
    }

    private void section(String title) {
        macro("SH " + title);
    }

    private void macro(String words) {
        text.append('.').append(words).append('\n');
    }

    private void line(String words) {
        String escaped = escaped(words);
        // What begins with a dot or a quote would be read as a macro.
        text.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "")
                .append(escaped)
                .append('\n');
    }

    private static String escaped(String words) {
        return words.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("\"", "\\(dq")
                .replace("'", "\\(aq");
    }
}
