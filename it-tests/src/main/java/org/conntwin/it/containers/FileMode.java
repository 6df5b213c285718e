package org.conntwin.it.containers;

/** Modes of files in containers, as for chmod. */
final class FileMode {
    static final int PLAIN = 0644;
    static final int SECRET = 0600;
    static final int EXECUTABLE = 0755;

    private FileMode() {}
}
