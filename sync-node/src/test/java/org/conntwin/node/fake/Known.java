package org.conntwin.node.fake;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that a test knows to be there. */
public final class Known {
    private Known() {}

    /** The value of the key, which the map must have. */
    public static <K, V> V in(Map<K, V> map, K key) {
        V value = map.get(key);
        if (value == null) {
            throw new AssertionError(key + " is not there");
        }
        return value;
    }

    /** The value, which must not be null. */
    public static <V> V known(@Nullable V value) {
        if (value == null) {
            throw new AssertionError("it is not there");
        }
        return value;
    }
}
