package org.conntwin.tracker.userspace.packet;

/** What a {@link PacketReader} made of some bytes. */
public enum PacketShape {
    /** A packet to track. */
    WHOLE,
    /** A fragment: {@link PacketReader#fragment} says which part of what. */
    FRAGMENT,
    /** Not IP at all; not for the tracker. */
    NOT_IP,
    /** IP that the kernel would not take, or whose headers lead nowhere: invalid. */
    MALFORMED,
    /** The capture holds less of it than there was: nothing can be said of it, hence invalid. */
    CUT
}
