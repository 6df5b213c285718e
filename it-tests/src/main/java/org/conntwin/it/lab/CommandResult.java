package org.conntwin.it.lab;

import java.util.List;

/**
 * What one finished command left behind.
 *
 * @param exitCode what it exited with
 * @param stdout everything that it wrote to standard output, as UTF-8
 * @param stderr everything that it wrote to standard error, as UTF-8
 * @param seconds from its start to its exit, by the monotonic clock
 */
public record CommandResult(int exitCode, String stdout, String stderr, double seconds) {

    /** The lines of standard output, without empty ones. */
    public List<String> lines() {
        return stdout.lines().filter(line -> !line.isBlank()).toList();
    }

    /** The lines of standard error, without empty ones. */
    public List<String> errorLines() {
        return stderr.lines().filter(line -> !line.isBlank()).toList();
    }

    /** This result, when the command exited with 0. @throws LabException otherwise, with what it said */
    public CommandResult orThrow(String what) {
        if (exitCode != 0) {
            throw new LabException(what + " exited with " + exitCode + ": " + stderr.strip() + " " + stdout.strip());
        }
        return this;
    }
}
