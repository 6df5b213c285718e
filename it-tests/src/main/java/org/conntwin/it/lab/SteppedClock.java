package org.conntwin.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A wall clock of their own for processes that are started with its {@link #environment}, stepped under them while they run.
 * A namespace has no such clock; the one of the machine is everybody's. Needs gcc.
 */
public final class SteppedClock {
    private final Path library;
    private final Path offset;

    /** A clock that is right, in the lab's directory. */
    public SteppedClock(Lab lab) {
        library = lab.directory().resolve("clock.so");
        offset = lab.directory().resolve("clock.offset");
        Path source = lab.directory().resolve("clock.c");
        try (InputStream text = SteppedClock.class.getResourceAsStream("clock.c")) {
            if (text == null) {
                throw new LabException("clock.c is missing");
            }
            Files.write(source, text.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.of("gcc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .runOrThrow();
        step(Duration.ZERO);
    }

    /** Words of environment. */
    public List<String> environment() {
        return List.of("LD_PRELOAD=" + library, "CLOCK_OFFSET=" + offset);
    }

    /** Makes it differ from the machine's clock by so much, at once. */
    public void step(Duration difference) {
        // In place: the processes have the file mapped.
        try (RandomAccessFile file = new RandomAccessFile(offset.toFile(), "rw")) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(difference.toSeconds())
                    .array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
