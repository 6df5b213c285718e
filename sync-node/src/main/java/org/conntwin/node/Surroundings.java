package org.conntwin.node;

import org.conntwin.node.channel.SyncChannel;
import org.conntwin.tracker.table.TableListener;

/** What stands around a node in its process and may put itself between the node and the world. */
public interface Surroundings {
    /** Nothing. */
    Surroundings NONE = new Surroundings() {};

    /** The node runs; called once, before READY is printed. Must return soon. */
    default void ready(RunningNode node) {}

    /** What the node talks to its peers through, made from what it would use by itself. */
    default SyncChannel channel(SyncChannel own) {
        return own;
    }

    /** What hears the table's events, made from what the node would use by itself. */
    default TableListener listener(TableListener own) {
        return own;
    }
}
