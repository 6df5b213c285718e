package org.conntwin.node.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of a command: words by position, options by name. */
final class Arguments {
    private static final Set<String> WITH_VALUE = Set.of("--filter", "--format");

    private final List<String> words = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();

    Arguments(List<String> arguments) throws RefusedException {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                words.add(argument);
            } else if (!WITH_VALUE.contains(argument)) {
                options.put(argument, "");
            } else if (i + 1 < arguments.size()) {
                options.put(argument, arguments.get(++i));
            } else {
                throw RefusedException.usage(argument + " needs a value");
            }
        }
        if (words.isEmpty()) {
            throw RefusedException.usage("no command");
        }
    }

    String command() {
        return words.getFirst();
    }

    /** The word at the position, the command being 0. */
    String word(int position, String otherwise) {
        return position < words.size() ? words.get(position) : otherwise;
    }

    String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    boolean json() {
        return has("--json");
    }
}
