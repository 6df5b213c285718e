package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.conntwin.node.channel.DropCause;
import org.conntwin.tracker.table.Outcome;
import org.junit.jupiter.api.Test;

/** The runbook knows every message that asks an operator for something; they are looked up in the sources. */
final class RunbookTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LOGGED = Pattern.compile("\\.log\\((.*?)\\);", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern WORD =
            Pattern.compile("[\\w.]*Level\\.(?:WARNING|ERROR),\\s*(\\w+)\\s*(?:,.*)?", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\{\\d}|%[sd]");

    /** Shorter pieces between a message's variables say nothing. */
    private static final int SHORTEST = 6;

    private final String runbook = read(ROOT.resolve("deploy/RUNBOOK.md")).replaceAll("\\s+", " ");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The product's sources by file name, but those of the demo and of JGroups' log, whose messages are not its own. */
    private static Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String module : List.of("tracker", "injector", "sync-proto", "sync-node")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.toString().contains("/demo/") && !file.endsWith("QuietLog.java"))
                        .forEach(file -> sources.put(file.getFileName().toString(), read(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    private static List<String> literals(String code) {
        List<String> literals = new ArrayList<>();
        Matcher matcher = LITERAL.matcher(code);
        while (matcher.find()) {
            literals.add(matcher.group(1).replace("''", "'").replace("\\n", ""));
        }
        return literals;
    }

    /** The literals of every assignment to the variable in the file. */
    private static List<String> assigned(String source, String variable) {
        List<String> literals = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\b" + variable + " = ([^;]*\"[^;]*);", Pattern.DOTALL)
                .matcher(source);
        while (matcher.find()) {
            literals.addAll(literals(matcher.group(1)));
        }
        return literals;
    }

    private static List<String> arguments(String source, String call) {
        List<String> literals = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\b" + Pattern.quote(call) + "(.*?)\\);", Pattern.DOTALL)
                .matcher(source);
        while (matcher.find()) {
            literals.addAll(literals(matcher.group(1)));
        }
        return literals;
    }

    private static String source(Map<String, String> sources, String file) {
        String source = sources.get(file);
        assertThat(source).as(file).isNotNull();
        return String.valueOf(source);
    }

    /** Each message's pieces between its variables must stand in the runbook. */
    private void knows(String what, List<String> literals) {
        assertThat(literals).as(what).isNotEmpty();
        TreeSet<String> unknown = new TreeSet<>();
        for (String literal : literals) {
            for (String piece : VARIABLE.split(literal, -1)) {
                String words = piece.strip().replaceAll("\\s+", " ");
                if (words.length() >= SHORTEST && !runbook.contains(words)) {
                    unknown.add(words);
                }
            }
        }
        assertThat(unknown).as("not in deploy/RUNBOOK.md, of " + what).isEmpty();
    }

    @Test
    void namesEveryWarningAndErrorOfTheLog() {
        int found = 0;
        for (Map.Entry<String, String> source : sources().entrySet()) {
            Matcher logged = LOGGED.matcher(source.getValue());
            while (logged.find()) {
                String statement = logged.group(1);
                if (!statement.contains("Level.WARNING") && !statement.contains("Level.ERROR")) {
                    continue;
                }
                found++;
                List<String> messages = new ArrayList<>(literals(statement));
                Matcher word = WORD.matcher(statement);
                if (messages.isEmpty() && word.matches()) {
                    messages.addAll(assigned(source.getValue(), word.group(1)));
                    if (word.group(1).equals("warning")) {
                        messages.addAll(arguments(source.getValue(), "warnings.add("));
                    }
                    if (word.group(1).equals("without")) {
                        messages.addAll(List.of("no effect"));
                    }
                }
                knows(source.getKey() + ": " + statement, messages);
            }
        }
        assertThat(found).as("messages found").isGreaterThan(40);
    }

    @Test
    void namesEveryReasonWhyANodeIsDegradedOrNotReady() {
        Map<String, String> sources = sources();
        knows("status", arguments(source(sources, "StatusReport.java"), "reasons.add("));
        knows("/readyz", arguments(source(sources, "Readiness.java"), "missing.add("));
        for (String file : List.of("NotifyFifo.java", "TrackFile.java", "TrafficHold.java", "RoleFollower.java")) {
            List<String> problems = assigned(source(sources, file), "problem");
            problems.addAll(assigned(source(sources, file), "text"));
            knows(file, problems);
        }
    }

    @Test
    void namesEveryCauseOfACommitAndEveryCauseOfADrop() {
        Map<String, String> sources = sources();
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.DONE) {
                knows(outcome.name(), List.of(outcome.meaning()));
            }
        }
        for (String file : List.of("EntryCommit.java", "ExpectationCommit.java")) {
            List<String> causes = arguments(source(sources, file), "tally.failed(");
            causes.addAll(arguments(source(sources, file), "tally.remark("));
            knows(file, causes);
        }
        for (DropCause cause : DropCause.values()) {
            assertThat(runbook).contains("| `" + cause.label() + "` |");
        }
    }

    @Test
    void namesWhatKeepsANodeFromStartingAndWhatTheWatchdogSees() {
        Map<String, String> sources = sources();
        knows("a start", arguments(source(sources, "EnvironmentCheck.java"), "problems.add("));
        knows("the watchdog", arguments(source(sources, "LivingThreads.java"), "Optional.of("));
    }

    @Test
    void namesEveryExitCodeAndEveryAlert() {
        assertThat(runbook).contains("| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |");
        Matcher alert =
                Pattern.compile("- alert: (\\w+)").matcher(read(ROOT.resolve("deploy/prometheus/conntwin.rules.yml")));
        int found = 0;
        while (alert.find()) {
            found++;
            assertThat(runbook).contains("| `" + alert.group(1) + "` |");
        }
        assertThat(found).isPositive();
    }
}
