package org.conntwin.node.cli;

import java.io.IOException;
import java.util.List;

/**
 * One command of the command line.
 *
 * @param parameters what follows the name, as help shows it
 * @param examples complete command lines
 * @param options option names with their value's label, empty for a flag, and what they do
 * @param hidden whether help leaves it out
 * @param json whether its output can be JSON
 */
record CliCommand(
        String name,
        String parameters,
        String summary,
        List<String> examples,
        List<Option> options,
        boolean hidden,
        boolean json,
        Action action) {

    /** One option; a repeated one may be given any number of times. */
    record Option(String name, String label, String meaning, boolean repeated) {
        Option(String name, String label, String meaning) {
            this(name, label, meaning, false);
        }
    }

    /** What a command does with its words. */
    interface Action {
        int run(Words words, Cli cli) throws UsageException, IOException;
    }

    static CliCommand of(String name, String parameters, String summary, List<String> examples, Action action) {
        return new CliCommand(name, parameters, summary, examples, List.of(), false, true, action);
    }

    CliCommand with(Option... more) {
        return new CliCommand(name, parameters, summary, examples, List.of(more), hidden, json, action);
    }

    CliCommand unseen() {
        return new CliCommand(name, parameters, summary, examples, options, true, json, action);
    }

    CliCommand withoutJson() {
        return new CliCommand(name, parameters, summary, examples, options, hidden, false, action);
    }
}
