package org.conntwin.tracker.table;

import org.conntwin.tracker.model.Family;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a flush removes; null parts do not restrict.
 *
 * @param mark entries with exactly this mark
 * @param zone entries of this zone, 0 for the default zone
 */
public record FlushFilter(
        @Nullable Family family,
        @Nullable Integer mark,
        @Nullable Integer zone) {
    /** Everything. */
    public static final FlushFilter ALL = new FlushFilter(null, null, null);
}
