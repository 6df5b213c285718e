package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.TcpState;

/** One side of a flow while a segment is judged: a working copy of what {@link TcpTrack} keeps. */
final class Side {
    private static final int LEAST_ACK_WINDOW = 66_000;

    int end;
    int maxEnd;
    /** Unsigned; 0 while nothing has come from this side. */
    int maxWindow;

    int maxAck;
    int scale;
    /** Bits of {@link TcpState}. */
    int flags;

    boolean has(int bits) {
        return (flags & bits) != 0;
    }

    void clear() {
        end = 0;
        maxEnd = 0;
        maxWindow = 0;
        maxAck = 0;
        scale = 0;
        flags = 0;
    }

    /** Starts over with a SYN or SYN/ACK that this side sent. */
    void begin(Segment segment) {
        end = segment.end;
        maxEnd = segment.end;
        maxWindow = Math.max(segment.window, 1);
        segment.announce(this);
    }

    /** How far an acknowledgement may lie behind. */
    int ackWindow() {
        return Integer.compareUnsigned(maxWindow, LEAST_ACK_WINDOW) > 0 ? maxWindow : LEAST_ACK_WINDOW;
    }
}
