package org.conntwin.node.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.command.Json;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.ConfigError;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.EnvironmentCheck;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.Places;
import org.conntwin.node.userspace.ConfigWarnings;

/**
 * {@code config check}: what is wrong with a file, and what of it does not fit this machine.
 *
 * <p>A file may be checked on another machine than it is for: what only the machine can tell is a warning. A key file is an
 * error where the file is for this machine, because its cluster address or interface is here.
 *
 * @param errors for which a node would not start
 * @param warnings without the file's name
 */
record ConfigCheck(Path file, List<ConfigError> errors, List<String> warnings) {
    private static final int USAGE = 2;

    static ConfigCheck of(Path file) {
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Invalid(var errors) -> new ConfigCheck(file, errors, List.of());
            case ConfigResult.Valid(var config) -> of(file, config);
        };
    }

    private static ConfigCheck of(Path file, NodeConfig config) {
        List<ConfigError> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>(ConfigWarnings.of(config));
        warnings.addAll(EnvironmentCheck.unfit(config));
        Path key = config.cluster().keyFile();
        if (key != null) {
            try {
                ClusterKey.read(key);
            } catch (KeyFileException unusable) {
                String message = String.valueOf(unusable.getMessage());
                if (EnvironmentCheck.isHere(config.cluster())) {
                    errors.add(Places.error(file, "cluster.key-file", message));
                } else {
                    warnings.add("cluster.key-file: " + message);
                }
            }
        }
        return new ConfigCheck(file, errors, warnings);
    }

    /** Prints it; the exit code. */
    int print(Cli cli) {
        if (cli.json()) {
            cli.out().println(json());
            return errors.isEmpty() ? 0 : USAGE;
        }
        print(errors, cli);
        for (String warning : warnings) {
            cli.err().println(file + ": warning: " + warning);
        }
        if (!errors.isEmpty()) {
            return USAGE;
        }
        cli.out().println(file + ": ok");
        return 0;
    }

    /** What is wrong with a line begins with its place, as editors and compilers have it. */
    static void print(List<ConfigError> errors, Cli cli) {
        for (ConfigError error : errors) {
            cli.err().println((error.line() == 0 ? "conntwin: " : "") + error);
        }
    }

    private String json() {
        List<Map<String, Object>> mistakes = new ArrayList<>();
        for (ConfigError error : errors) {
            Map<String, Object> mistake = new LinkedHashMap<>();
            mistake.put("file", error.source());
            mistake.put("line", error.line());
            mistake.put("column", error.column());
            mistake.put("message", error.message());
            mistakes.add(mistake);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("file", file);
        all.put("valid", errors.isEmpty());
        all.put("errors", mistakes);
        all.put("warnings", warnings);
        return Json.object(all);
    }
}
