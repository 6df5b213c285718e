package org.conntwin.tracker.userspace.capture;

/** One record of a capture. Filled again for every record; its bytes are good until the next is read. Not thread-safe. */
public final class Frame {
    private static final byte[] NOTHING = {};

    /** Holds the record; only {@link #start} to {@code start + captured} is the record's. */
    public byte[] bytes = NOTHING;
    /** Index of the link layer's header. */
    public int start;
    /** Bytes that the capture holds. */
    public int captured;
    /** Bytes that there were, at least {@link #captured}. */
    public int wire;
    /** Nanoseconds since 1970, 0 to 2^62. */
    public long time;
    /** What the record begins with. */
    public LinkType link = LinkType.RAW;
    /** Index of the IP header, set by {@link LinkType#locate}. */
    public int network;

    /** Starts empty. */
    public Frame() {}

    int u8(int index) {
        return bytes[index] & 0xff;
    }

    int u16(int index) {
        return u8(index) << 8 | u8(index + 1);
    }
}
