package org.conntwin.it.differential.trace;

import java.util.List;
import java.util.Random;

/** Chance with a seed: the same on every machine. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        // Neighbouring seeds of Random begin alike: mixed, they do not.
        random = new Random(seed * 0x9e3779b97f4a7c15L ^ seed >>> 29);
    }

    /** True in so many of a hundred cases. */
    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    /** From {@code least} to {@code most}, both possible. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Any 32 bits. */
    int any() {
        return random.nextInt();
    }

    boolean coin() {
        return random.nextBoolean();
    }

    /** One of these. */
    int of(int... values) {
        return values[random.nextInt(values.length)];
    }

    /** One of these. */
    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Random bytes. */
    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A client's port: mostly an ephemeral one, at times an odd one. */
    int clientPort() {
        return percent(95) ? between(1_025, 65_535) : of(0, 1, 80, 512, 1_024);
    }

    /** An initial sequence number: anything, mostly near the places where numbers turn. */
    int sequence() {
        int around = between(-4_000, 4_000);
        return switch (between(0, 5)) {
            case 0 -> around;
            case 1 -> Integer.MIN_VALUE + around;
            case 2 -> 0;
            default -> any();
        };
    }
}
