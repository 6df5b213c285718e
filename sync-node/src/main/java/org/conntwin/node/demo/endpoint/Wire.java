package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;

/** Takes IP packets away from a host. Never fails: what cannot be carried is lost, as on any wire. */
public interface Wire {
    /** Takes the packet between position and limit; the buffer is used again after this call. */
    void send(ByteBuffer packet, long now);
}
