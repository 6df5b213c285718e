package org.conntwin.tracker.userspace.tcp;

/** The classes of segments that the transition table knows, with the kernel's numbers; the first that fits counts. */
final class SegmentClass {
    static final int SYN = 0;
    static final int SYN_ACK = 1;
    static final int FIN = 2;
    static final int ACK = 3;
    static final int RST = 4;
    static final int NONE = 5;

    private SegmentClass() {}

    /** The class of a segment by its {@link Segment} flags. */
    static int of(int flags) {
        if ((flags & Segment.RST) != 0) {
            return RST;
        }
        if ((flags & Segment.SYN) != 0) {
            return (flags & Segment.ACK) != 0 ? SYN_ACK : SYN;
        }
        if ((flags & Segment.FIN) != 0) {
            return FIN;
        }
        return (flags & Segment.ACK) != 0 ? ACK : NONE;
    }
}
