package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;

/**
 * What uses a TCP connection. The endpoint calls it from within its own calls; it may call the endpoint back. After
 * {@link #closed} or {@link #reset} nothing comes any more.
 */
public interface TcpUser {
    /** The connection stands. */
    void established(long now);

    /** The peer's next bytes, in order; valid during the call only. */
    void received(ByteBuffer bytes, long now);

    /** The peer has said that nothing more will come. */
    void finished(long now);

    /** Both ends have said so and know it of each other. */
    void closed(long now);

    /** The connection was broken off: by the peer, or as nobody answered for too long. */
    void reset(long now);
}
