package org.conntwin.node.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Standard output, buffered; remembers that it failed, which a PrintStream on top of it would hide. */
final class Sink extends OutputStream {
    private final BufferedOutputStream target;
    private @Nullable IOException failure;

    Sink(OutputStream target) {
        this.target = new BufferedOutputStream(target, 1 << 16);
    }

    /** Why output was lost, or null when none was. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            target.write(bytes, from, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            target.flush();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
