package org.conntwin.tracker.netlink.ffi;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Makes named pipes, which the JDK cannot. */
public final class NamedPipe {
    private NamedPipe() {}

    /**
     * Makes a named pipe.
     *
     * @param path where nothing is yet
     * @param mode permission bits, less those that the process's mask takes away
     * @return 0 or {@code -errno}
     */
    public static int make(Path path, int mode) {
        try (Arena scratch = Arena.ofConfined()) {
            return LibC.mkfifo(scratch.allocateFrom(path.toString()), mode);
        }
    }
}
