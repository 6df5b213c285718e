package org.conntwin.node.channel;

import java.util.Map;

/**
 * A group of named nodes that exchange messages. Any thread may call any method.
 *
 * <p>No method waits for a peer, except {@link #connect} and {@link #close}, which are bounded.
 */
public interface SyncChannel extends AutoCloseable {
    /**
     * Joins the cluster, or founds it when nobody answers; done within about 3 s with no peer in sight.
     *
     * @throws ChannelException when the address, port or interface cannot be used, or when a live member has this
     *     node's name; the channel is then closed for good
     */
    void connect() throws ChannelException;

    /**
     * Sends to every other member of the view (not to this node). {@code payload} may be used again as soon as this
     * returns.
     *
     * <p>Never waits for a peer. {@link Delivery#RELIABLE} messages are kept until every member has acknowledged them;
     * how many, the caller bounds (see the implementation's notes on memory).
     *
     * @throws IllegalStateException when the channel is not connected
     */
    void multicast(byte[] payload, int offset, int length, Delivery delivery);

    /**
     * Sends to one member; same rules as {@link #multicast}.
     *
     * @return false when no such member is in the view (nothing is sent)
     */
    boolean unicast(String node, byte[] payload, Delivery delivery);

    /** Largest payload that travels in one datagram, bytes; larger ones are cut in pieces and lose more on a bad link. */
    int payloadBytes();

    /** The members now. */
    View view();

    /** What was sent and received since the start, by the name of the counter; see {@code ChannelCounters}. */
    Map<String, Long> counters();

    /** Datagrams and messages that were dropped since the start, by cause; see {@link DropCause}. */
    Map<String, Long> drops();

    /** Leaves the cluster politely, within 2 s; a second call does nothing. */
    @Override
    void close();
}
