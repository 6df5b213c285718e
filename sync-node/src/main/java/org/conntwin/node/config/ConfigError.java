package org.conntwin.node.config;

/**
 * One mistake in a configuration file.
 *
 * @param source the file's name as the operator gave it
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1; 0 when the file as a whole is meant
 * @param message what is wrong and what would be right, one line
 */
public record ConfigError(String source, int line, int column, String message) {
    /**
     * The line an operator reads.
     *
     * @return {@code FILE:LINE:COL: message}, or {@code FILE: message}
     */
    @Override
    public String toString() {
        return line == 0 ? source + ": " + message : source + ":" + line + ":" + column + ": " + message;
    }
}
