package org.conntwin.tracker.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventFilter;

/** Filters of every shape, whose values are often those of given entries; the same ones for the same seed. */
public final class RandomFilters {
    private static final int[] BITS_V4 = {0, 1, 8, 9, 23, 24, 31, 32, 32, 32};
    private static final int[] BITS_V6 = {0, 1, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 128, 128};

    private final Random random;
    private final List<Conntrack> entries;

    /** With the seed that makes a failure repeatable; values are those of {@code entries}, which is not empty. */
    public RandomFilters(long seed, List<Conntrack> entries) {
        random = new Random(seed);
        this.entries = List.copyOf(entries);
    }

    private Conntrack any() {
        return entries.get(random.nextInt(entries.size()));
    }

    /** A filter; each of its parts is there in half of them. */
    public EventFilter filter() {
        return new EventFilter(
                numbers(6, () -> any().original().protocol()),
                numbers(8, () -> any().zone().id()),
                numbers(5, () -> random.nextInt(10)),
                prefixes(6),
                prefixes(3),
                random.nextBoolean(),
                random.nextBoolean());
    }

    private Set<Integer> numbers(int most, IntSupplier number) {
        Set<Integer> numbers = new HashSet<>();
        int count = random.nextBoolean() ? 0 : 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            numbers.add(number.getAsInt());
        }
        return numbers;
    }

    private List<AddressPrefix> prefixes(int most) {
        List<AddressPrefix> prefixes = new ArrayList<>();
        int count = random.nextBoolean() ? 0 : 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            prefixes.add(prefix());
        }
        return prefixes;
    }

    private AddressPrefix prefix() {
        Conntrack entry = any();
        Tuple tuple = random.nextBoolean() ? entry.original() : entry.reply();
        boolean source = random.nextBoolean();
        long high = source ? tuple.sourceHigh() : tuple.destinationHigh();
        long low = source ? tuple.sourceLow() : tuple.destinationLow();
        int[] lengths = tuple.family() == Family.IPV4 ? BITS_V4 : BITS_V6;
        int bits = lengths[random.nextInt(lengths.length)];
        // Short ones leave nothing over, so they are rare.
        return AddressPrefix.of(
                tuple.family(), high, low, bits < 8 && random.nextInt(4) != 0 ? lengths[lengths.length - 1] : bits);
    }

    /** What of a filter the kernel's side looks at: local addresses only where addresses are excluded. */
    public static EventFilter inKernel(EventFilter filter) {
        return new EventFilter(
                filter.protocols(),
                filter.zones(),
                filter.tcpStates(),
                filter.excluded(),
                filter.excluded().isEmpty() ? List.of() : filter.local(),
                filter.expectations(),
                filter.ends());
    }
}
