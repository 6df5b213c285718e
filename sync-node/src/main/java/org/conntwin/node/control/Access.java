package org.conntwin.node.control;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a control socket besides root and the user that the node runs as, who may do everything.
 *
 * @param group the group whose members may read, or null for nobody
 * @param reads whether a command, given with its arguments, only reads
 */
public record Access(@Nullable String group, Predicate<List<String>> reads) {
    /** Nobody else. */
    public static final Access OWNER_ONLY = new Access(null, _ -> false);
}
