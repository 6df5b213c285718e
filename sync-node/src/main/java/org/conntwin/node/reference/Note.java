package org.conntwin.node.reference;

/**
 * What an operator is told about one key.
 *
 * @param path the key behind those of its sections, as {@link org.conntwin.node.config.ConfigKey} has it
 * @param example its value in the example; empty for a section
 * @param set whether the example sets it; otherwise it shows it as a comment
 * @param text what it does, one to three sentences
 */
record Note(String path, String example, boolean set, String text) {
    /** A key that the example sets. */
    static Note set(String path, String example, String text) {
        return new Note(path, example, true, text);
    }

    /** A key that the example shows and leaves at its default. */
    static Note shown(String path, String example, String text) {
        return new Note(path, example, false, text);
    }

    /** How many sections it lies in. */
    int depth() {
        return (int) path.chars().filter(character -> character == '.').count();
    }

    /** The key alone. */
    String key() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Whether it is one of a list's elements'. */
    boolean inList() {
        return path.contains("[]");
    }
}
