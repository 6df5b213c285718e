package org.conntwin.node.command;

import org.jspecify.annotations.Nullable;

/**
 * What a dump of a cache adds to an entry.
 *
 * @param activeSeconds since the cache has it, -1 for the local table's
 * @param origin the peer that owns it, null for own ones
 */
record Shown(long activeSeconds, @Nullable String origin) {
    static final Shown TABLE = new Shown(-1, null);

    void appendText(StringBuilder out) {
        if (activeSeconds >= 0) {
            out.append(" [active since ").append(activeSeconds).append("s]");
        }
        if (origin != null) {
            out.append(" origin=").append(origin);
        }
    }
}
