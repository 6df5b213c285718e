package org.conntwin.node.http;

import org.jspecify.annotations.Nullable;

/** Makes pages. Called on the server's thread, one at a time. */
@FunctionalInterface
public interface Pages {
    /** The page at {@code path}, which begins with a slash and has no query; null when there is none. */
    @Nullable
    Page at(String path);
}
