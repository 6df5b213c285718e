package org.conntwin.tracker.queue;

/**
 * How a queue is opened.
 *
 * @param number the queue that rules name, 0 to 65535
 * @param maxPackets how many packets the kernel holds at a time, 1 or more
 * @param copyBytes how much of each packet is handed over: 0 for none of it (its size, marks and devices come all the
 *     same), at most 65535
 * @param failOpen what happens with a packet that finds no room: true lets it go on as if accepted, false drops it
 * @param wholeSegments true takes packets that the network card or GRO joined as they are, up to 64 KiB long; false
 *     makes the kernel cut each into segments before, one packet each
 * @param bufferBytes room for what waits to be read here; a packet whose message finds none counts as one without room
 */
public record QueueSettings(
        int number, int maxPackets, int copyBytes, boolean failOpen, boolean wholeSegments, int bufferBytes) {
    /** Checks the ranges. */
    public QueueSettings {
        if (number < 0 || number > 0xffff || maxPackets < 1 || copyBytes < 0 || copyBytes > 0xffff) {
            throw new IllegalArgumentException(
                    "queue " + number + ", " + maxPackets + " packets, " + copyBytes + " bytes each");
        }
    }
}
