package org.conntwin.tracker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a reader with inputs that are damaged by chance. Nothing that it is fed may throw, take more than a second of
 * processor time, or allocate more than its test says. What it accepts joins the inputs that are damaged further.
 *
 * <p>Inputs that once failed are kept in {@code src/test/resources/fuzz/NAME}, in hexadecimal, and come first in every run;
 * a new one is written to {@code target/fuzz}. {@code -Dconntwin.fuzz.inputs=N} sets how many inputs, {@code
 * -Dconntwin.fuzz.seed=N} which.
 */
public final class Fuzz {
    private static final int INPUTS = 50_000;
    private static final int POOL = 2_000;
    private static final int LONGEST = 64 * 1024;
    private static final long LONGEST_NANOS = 1_000_000_000L;
    /** The first ones load classes. */
    private static final int UNMEASURED = 200;

    private static final long[] EXTREMES = {
        0,
        1,
        2,
        4,
        8,
        16,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0x7fffffffL,
        0x80000000L,
        -1,
        Long.MAX_VALUE
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What is fed. */
    @FunctionalInterface
    public interface Reader {
        /** Reads; whether the input was accepted. Whatever is thrown is a finding. */
        boolean read(byte[] input) throws Exception;
    }

    private final String name;
    private final Reader reader;
    private final long allocation;
    private final Random random;
    private final List<byte[]> pool = new ArrayList<>();
    private int fed;
    private int accepted;
    private long most;

    private Fuzz(String name, Reader reader, long allocation, long seed) {
        this.name = name;
        this.reader = reader;
        this.allocation = allocation;
        this.random = new Random(seed);
    }

    /**
     * Feeds the reader: what failed before, then the seeds as they are, then damaged ones.
     *
     * @param allocation the most bytes that reading one input may allocate
     */
    public static void run(String name, List<byte[]> seeds, long allocation, Reader reader) {
        run(name, seeds, allocation, INPUTS, reader);
    }

    /** The same for a reader that is slow: with fewer inputs unless told. */
    public static void run(String name, List<byte[]> seeds, long allocation, int usually, Reader reader) {
        long inputs = Long.getLong("conntwin.fuzz.inputs", usually);
        long seed = Long.getLong("conntwin.fuzz.seed", 1);
        Fuzz fuzz = new Fuzz(name, reader, allocation, seed);
        fuzz.kept().forEach(fuzz::feed);
        for (byte[] each : seeds) {
            fuzz.pool.add(each);
            fuzz.feed(each);
        }
        assertThat(fuzz.accepted).as("seeds of " + name + " that are accepted").isPositive();
        for (long i = 0; i < inputs; i++) {
            fuzz.feed(fuzz.damaged());
        }
        System.out.println("FIGURE fuzz " + name + ": " + fuzz.fed + " inputs, " + fuzz.accepted + " accepted, at most "
                + fuzz.most + " bytes allocated for one");
    }

    /** Lines as inputs. */
    public static List<byte[]> texts(List<String> lines) {
        return lines.stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private List<byte[]> kept() {
        Path folder = Path.of("src/test/resources/fuzz", name);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                inputs.add(HexFormat.of().parseHex(Files.readString(file).strip()));
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void feed(byte[] input) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        boolean taken = false;
        try {
            taken = reader.read(input.clone());
        } catch (Exception | Error thrown) {
            found(input, "threw " + thrown, thrown);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        if (fed++ > UNMEASURED) {
            most = Math.max(most, bytes);
            if (bytes > allocation) {
                found(input, "allocated " + bytes + " bytes", null);
            }
            if (nanos > LONGEST_NANOS) {
                found(input, "took " + nanos + " ns", null);
            }
        }
        if (taken) {
            accepted++;
            if (pool.size() < POOL) {
                pool.add(input);
            } else if (random.nextInt(64) == 0) {
                pool.set(random.nextInt(POOL), input);
            }
        }
    }

    private void found(byte[] input, String what, @Nullable Throwable cause) {
        String hex = HexFormat.of().formatHex(input);
        Path file = Path.of("target/fuzz", name + "-" + Integer.toHexString(Arrays.hashCode(input)) + ".hex");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, hex + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError(
                name + " " + what + " for the input kept in " + file + " (" + input.length + " bytes)", cause);
    }

    private byte[] damaged() {
        byte[] bytes = pool.get(random.nextInt(pool.size()));
        for (int changes = 1 + random.nextInt(5); changes > 0; changes--) {
            bytes = changed(bytes);
        }
        return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return filled(1 + random.nextInt(16));
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(8) == 0 ? bytes.length : 16));
        return switch (random.nextInt(10)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> {
                byte[] set = bytes.clone();
                set[at] = (byte) random.nextInt();
                yield set;
            }
            case 2, 3 -> extreme(bytes.clone(), at);
            case 4 -> joined(bytes, at, new byte[0], at + length);
            case 5 -> joined(bytes, at, filled(length), at);
            case 6 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
            case 7 -> Arrays.copyOf(bytes, at);
            case 8 -> {
                byte[] other = pool.get(random.nextInt(pool.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield joined(bytes, at, Arrays.copyOfRange(other, from, other.length), bytes.length);
            }
            default -> joined(bytes, at, filled(length), at + length);
        };
    }

    private byte[] extreme(byte[] bytes, int at) {
        long value = EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(3) - 1;
        int width = Math.min(bytes.length - at, 1 << random.nextInt(4));
        boolean big = random.nextBoolean();
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> 8 * (big ? width - 1 - i : i));
        }
        return bytes;
    }

    private byte[] filled(int length) {
        byte[] filling = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(filling);
        } else {
            Arrays.fill(filling, (byte) random.nextInt());
        }
        return filling;
    }

    private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
        byte[] all = new byte[to + middle.length + bytes.length - from];
        System.arraycopy(bytes, 0, all, 0, to);
        System.arraycopy(middle, 0, all, to, middle.length);
        System.arraycopy(bytes, from, all, to + middle.length, bytes.length - from);
        return all;
    }
}
