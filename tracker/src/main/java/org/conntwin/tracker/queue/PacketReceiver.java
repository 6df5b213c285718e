package org.conntwin.tracker.queue;

/** Takes packets out of a queue, on the thread that receives. */
@FunctionalInterface
public interface PacketReceiver {
    /**
     * One packet that waits for its verdict. The object and its bytes are valid during this call only; the verdict may
     * come later, from any thread.
     */
    void packet(QueuedPacket packet);

    /** Packets that came together are about to follow, one or more. */
    default void burstBegins() {}

    /** All of them were handed over; also after one of them made {@link #packet} throw. */
    default void burstEnds() {}
}
