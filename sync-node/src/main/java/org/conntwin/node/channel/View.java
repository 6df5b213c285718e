package org.conntwin.node.channel;

import java.util.List;
import java.util.Set;

/**
 * Who is in the cluster, as this node sees it.
 *
 * @param number grows with every change that this node sees; 0 before the channel is connected
 * @param members node names, own included, oldest member (the coordinator) first, each once
 * @param merged whether this view joins parts that had lost each other
 * @param joined names that are new against the view before, or whose process is another one than before (a restart
 *     that was faster than failure detection); a merge lists the members of the other parts
 * @param left names that were in the view before and are gone, or whose process is another one than before
 */
public record View(long number, List<String> members, boolean merged, Set<String> joined, Set<String> left) {
    /** Keeps own copies. */
    public View {
        members = List.copyOf(members);
        joined = Set.copyOf(joined);
        left = Set.copyOf(left);
    }

    /** The view of a channel that is not connected: nobody. */
    public static View none() {
        return new View(0, List.of(), false, Set.of(), Set.of());
    }

    /** Whether this node is in the view. */
    public boolean contains(String node) {
        return members.contains(node);
    }
}
