package org.conntwin.tracker.userspace.packet;

/** What became of fragments since the start. Guarded as its {@link Defragmenter} is. */
public final class DefragmenterCounters {
    /** Datagrams made whole. */
    public long whole;
    /** Datagrams given up as their time was over. */
    public long timedOut;
    /** Datagrams given up as a part overlapped another. */
    public long overlapping;
    /** Datagrams given up as their source had sent too many other fragments meanwhile. */
    public long outrun;
    /** Datagrams given up as their parts do not make one: lengths or ECN that differ, more than 64 KiB. */
    public long malformed;
    /** Parts that were there already. */
    public long duplicates;
    /** Parts refused as too much was waiting. */
    public long refused;

    /** Starts at zero. */
    public DefragmenterCounters() {}
}
