package org.conntwin.tracker.userspace.live;

/**
 * Where live packets come from.
 *
 * @param firstQueue the first queue that the ruleset names, 0 to 65535
 * @param lastQueue the last one, at least {@code firstQueue}; each has a thread of its own
 * @param bits where the state goes in the packet mark
 * @param failOpen what becomes of a packet that finds its queue full: true lets it go on untracked, false drops it
 */
public record LiveSettings(int firstQueue, int lastQueue, StateBits bits, boolean failOpen) {
    /** Most packets that the kernel holds for one queue. */
    public static final int QUEUE_PACKETS = 8192;

    /** Checks the range. */
    public LiveSettings {
        if (firstQueue < 0 || lastQueue < firstQueue || lastQueue > 0xffff) {
            throw new IllegalArgumentException("queues " + firstQueue + " to " + lastQueue);
        }
    }
}
