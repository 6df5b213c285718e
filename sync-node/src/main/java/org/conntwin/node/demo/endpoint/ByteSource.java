package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;

/** What one end has to say, byte for byte; asked again for what has to be sent again. */
public interface ByteSource {
    /** Puts the {@code length} bytes from {@code offset} on into {@code target}. */
    void fill(long offset, ByteBuffer target, int length);
}
