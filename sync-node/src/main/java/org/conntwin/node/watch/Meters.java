package org.conntwin.node.watch;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Registers numbers that the parts of the node count anyway: a scrape asks for them, an event knows nothing of it.
 * Counters that come as maps have a meter for each name that the map has at registration.
 */
final class Meters {
    private final MeterRegistry registry;
    /** Function counters refer to what they ask weakly: without this, the next collection would stop them. */
    private final List<LongSupplier> asked = new ArrayList<>();

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    void gauge(String name, String help, DoubleSupplier value, String... tags) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    void counter(String name, String help, LongSupplier value, String... tags) {
        asked.add(value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    /** A counter for each name of the map, told apart by the tag. */
    void counters(String name, String help, String tag, Supplier<Map<String, Long>> values, String... tags) {
        for (String key : values.get().keySet()) {
            String[] all = new String[tags.length + 2];
            System.arraycopy(tags, 0, all, 0, tags.length);
            all[tags.length] = tag;
            all[tags.length + 1] = words(key, '_');
            counter(name, help, new Named(values, key), all);
        }
    }

    /** Words of a camel-case or hyphened name, joined by {@code joint}. */
    static String words(String name, char joint) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1" + joint + "$2")
                .replace('-', joint)
                .toLowerCase(Locale.ROOT);
    }

    /** One number of a map that is made anew for each look. */
    record Named(Supplier<Map<String, Long>> values, String key) implements LongSupplier {
        @Override
        public long getAsLong() {
            return values.get().getOrDefault(key, 0L);
        }
    }
}
