package org.conntwin.node.ha;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a small file so that a reader sees the old or the new one, and whoever owns the one that is there. */
final class WholeFile {
    private WholeFile() {}

    static void write(Path path, String text) throws IOException {
        Path draft = path.resolveSibling("." + path.getFileName() + ".new");
        Files.writeString(draft, text);
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
