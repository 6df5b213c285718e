package org.conntwin.node.channel;

/** How hard the channel tries to get one message to its receivers. */
public enum Delivery {
    /** Retransmitted until every member of the view has it; in order for each sender. */
    RELIABLE,
    /** Sent once; may be lost, doubled or overtaken. For figures that the next message replaces anyhow. */
    BEST_EFFORT
}
