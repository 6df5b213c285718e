package org.conntwin.node.channel;

/** How datagrams travel. */
public enum Transport {
    /** UDP: multicast to all, unicast to one. */
    MULTICAST,
    /** A TCP connection to each member of a fixed list. */
    TCP
}
