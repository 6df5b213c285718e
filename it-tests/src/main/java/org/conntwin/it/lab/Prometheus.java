package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real Prometheus with the shipped alert rules, which are made impatient: what lasts a second fires. */
public final class Prometheus {
    /** The shipped rules. */
    public static final Path RULES = Path.of("..", "deploy", "prometheus", "conntwin.rules.yml");

    private static final Pattern ALERT_NAME = Pattern.compile("alertname=\"(\\w+)\"");
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final Path TOOL = Path.of("/usr/bin/promtool");

    private final List<String> prefix;
    private final String url;

    private Prometheus(List<String> prefix, int port) {
        this.prefix = prefix;
        this.url = "http://127.0.0.1:" + port;
    }

    /** Whether its programs are installed. */
    public static boolean installed() {
        return Files.isExecutable(PROGRAM) && Files.isExecutable(TOOL);
    }

    /** The program that checks rules and asks. */
    public static String tool() {
        return TOOL.toString();
    }

    /** Starts one that scrapes these ports of 127.0.0.1 every three seconds; it ends with the lab. */
    public static Prometheus start(Lab lab, List<Integer> targets) {
        int port = freePort();
        LabProcess.start(lab, "prometheus", command(lab, targets, port));
        return new Prometheus(List.of(), port);
    }

    /** The same in a namespace, whose 127.0.0.1 it is then. */
    public static Prometheus start(Lab lab, Namespace namespace, List<Integer> targets) {
        int port = 9090;
        LabProcess.start(lab, "prometheus", namespace, command(lab, targets, port));
        return new Prometheus(namespace.prefix(), port);
    }

    private static List<String> command(Lab lab, List<Integer> targets, int port) {
        Path directory = lab.directory();
        String addresses =
                targets.stream().map(target -> "\"127.0.0.1:" + target + "\"").collect(Collectors.joining(","));
        try {
            Files.writeString(
                    directory.resolve("rules.yml"), Files.readString(RULES).replaceAll("(?m)^( *for:) \\w+$", "$1 1s"));
            Files.writeString(directory.resolve("prometheus.yml"), """
                    global: {scrape_interval: 3s, scrape_timeout: 3s, evaluation_interval: 1s}
                    rule_files: [rules.yml]
                    scrape_configs:
                      - job_name: conntwin
                        static_configs: [{targets: [%s]}]
                    """.formatted(addresses));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of(
                PROGRAM.toString(),
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + directory.resolve("series"),
                "--web.listen-address=127.0.0.1:" + port);
    }

    /** A TCP port of the loopback that is free now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the alerts that fire now; none while it is starting. */
    public Set<String> firing() {
        return query("ALERTS{alertstate=\"firing\"}").stream()
                .flatMap(line -> ALERT_NAME.matcher(line).results())
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many nodes it has scraped. */
    public int scraped() {
        return query("conntwin_incarnation").size();
    }

    private List<String> query(String expression) {
        CommandResult answer = Command.of(TOOL.toString(), "query", "instant", url, expression)
                .behind(prefix)
                .run();
        return answer.exitCode() == 0
                ? answer.lines().stream().filter(line -> !line.isBlank()).toList()
                : List.of();
    }
}
