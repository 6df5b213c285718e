package org.conntwin.tracker.queue;

/** Takes packets out of a queue, on the thread that receives. */
@FunctionalInterface
public interface PacketReceiver {
    /**
     * One packet that waits for its verdict. The object and its bytes are valid during this call only; the verdict may
     * come later, from any thread.
     */
    void packet(QueuedPacket packet);
}
