package org.conntwin.node.channel;

/**
 * What the channel tells its user.
 *
 * <p>{@link #received} runs on the threads that read the sockets: one at a time for each sender, several senders at once
 * where they have sockets of their own (TCP). It must not block for long: while it runs, messages wait in the socket's
 * buffer, by multicast those of all senders. A Throwable that escapes is counted under
 * {@code listenerErrors}, logged once a minute, and costs only that message.
 */
public interface ChannelListener {
    /**
     * A message arrived.
     *
     * @param node the sender's name; never this node's own (a node does not hear itself)
     * @param payload the bytes; valid and unchanged only until this method returns
     * @param offset where the message starts in {@code payload}
     * @param length its length, bytes
     */
    void received(String node, byte[] payload, int offset, int length);

    /** The members changed; one thread at a time, views in the order of their numbers. */
    void viewChanged(View view);
}
