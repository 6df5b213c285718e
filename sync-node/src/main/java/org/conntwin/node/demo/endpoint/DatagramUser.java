package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;

/** What uses a UDP port pair. */
public interface DatagramUser {
    /** A datagram's data came; valid during the call only. */
    void received(ByteBuffer data, long now);
}
