package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowState;

/**
 * What is kept of a TCP flow: both windows and the last segment. All zeros is what an entry has that came from outside
 * without windows (kernel behaviour). Fields lie flat, as there are as many of these as flows.
 */
final class TcpTrack implements FlowState {
    byte state;
    byte lastClass;
    byte lastDirection;
    byte lastScale;
    /** {@link TcpState} bits of an annotated SYN, and {@link #CHALLENGE_EXPECTED}, {@link #SIMULTANEOUS_OPEN}. */
    byte lastFlags;

    byte retransmissions;
    short lastWindow;
    int lastSequence;
    int lastAcknowledgment;
    int lastEnd;

    private byte originalCatchUp;
    private byte replyCatchUp;
    private byte originalScale;
    private byte originalFlags;
    private byte replyScale;
    private byte replyFlags;
    private int originalEnd;
    private int originalMaxEnd;
    private int originalMaxWindow;
    private int originalMaxAck;
    private int replyEnd;
    private int replyMaxEnd;
    private int replyMaxWindow;
    private int replyMaxAck;

    /** Flags that can be told without windows. */
    private static final int TOLD_FLAGS =
            TcpState.WINDOW_SCALE | TcpState.SACK_PERM | TcpState.CLOSE_INIT | TcpState.BE_LIBERAL;
    /** Segments of each side that may still show that the ends went on after the windows were last told. */
    private static final byte CATCH_UP = 8;

    static final int CHALLENGE_EXPECTED = 0x40;
    static final int SIMULTANEOUS_OPEN = 0x80;

    int state() {
        return state;
    }

    int lastWindow() {
        return lastWindow & 0xffff;
    }

    boolean last(int flag) {
        return (lastFlags & flag) != 0;
    }

    /** Bits of both sides together. */
    int anyFlags() {
        return originalFlags | replyFlags;
    }

    int originalEnd() {
        return originalEnd;
    }

    int maxEnd(int direction) {
        return direction == Flow.ORIGINAL ? originalMaxEnd : replyMaxEnd;
    }

    int maxWindow(int direction) {
        return direction == Flow.ORIGINAL ? originalMaxWindow : replyMaxWindow;
    }

    /** A number that is another one, all but surely, when a window or the last segment is another one. */
    int windowsMark() {
        int mark = originalEnd;
        mark = 31 * mark + originalMaxEnd;
        mark = 31 * mark + originalMaxWindow;
        mark = 31 * mark + originalMaxAck;
        mark = 31 * mark + replyEnd;
        mark = 31 * mark + replyMaxEnd;
        mark = 31 * mark + replyMaxWindow;
        mark = 31 * mark + replyMaxAck;
        mark = 31 * mark + lastSequence;
        mark = 31 * mark + lastAcknowledgment;
        mark = 31 * mark + lastEnd;
        mark = 31 * mark + (lastWindow << 16 | lastDirection << 8 | lastClass);
        return 31 * mark + (lastScale << 24 | lastFlags << 16 | originalFlags << 8 | replyFlags) + retransmissions;
    }

    /** Whether a segment of this side may show that the ends are ahead of what is known. */
    boolean catchingUp(int direction) {
        return (direction == Flow.ORIGINAL ? originalCatchUp : replyCatchUp) > 0;
    }

    /** A segment of this side was accepted. */
    void caughtUp(int direction) {
        if (direction == Flow.ORIGINAL) {
            originalCatchUp--;
        } else {
            replyCatchUp--;
        }
    }

    void load(int direction, Side into) {
        boolean original = direction == Flow.ORIGINAL;
        into.end = original ? originalEnd : replyEnd;
        into.maxEnd = original ? originalMaxEnd : replyMaxEnd;
        into.maxWindow = original ? originalMaxWindow : replyMaxWindow;
        into.maxAck = original ? originalMaxAck : replyMaxAck;
        into.scale = original ? originalScale : replyScale;
        into.flags = original ? originalFlags : replyFlags;
    }

    void store(int direction, Side from) {
        if (direction == Flow.ORIGINAL) {
            originalEnd = from.end;
            originalMaxEnd = from.maxEnd;
            originalMaxWindow = from.maxWindow;
            originalMaxAck = from.maxAck;
            originalScale = (byte) from.scale;
            originalFlags = (byte) from.flags;
        } else {
            replyEnd = from.end;
            replyMaxEnd = from.maxEnd;
            replyMaxWindow = from.maxWindow;
            replyMaxAck = from.maxAck;
            replyScale = (byte) from.scale;
            replyFlags = (byte) from.flags;
        }
    }

    @Override
    public TcpState model() {
        return new TcpState(
                state,
                originalScale,
                replyScale,
                originalFlags,
                replyFlags,
                new TcpWindows(
                        new TcpWindows.Side(originalEnd, originalMaxEnd, originalMaxWindow, originalMaxAck),
                        new TcpWindows.Side(replyEnd, replyMaxEnd, replyMaxWindow, replyMaxAck),
                        new TcpWindows.Last(
                                lastDirection,
                                lastClass,
                                lastSequence,
                                lastAcknowledgment,
                                lastEnd,
                                lastWindow(),
                                lastScale,
                                lastFlags & 0xff,
                                retransmissions & 0xff)));
    }

    /** Takes over a state that is told without windows: they stay, and with them the flags that belong to them. */
    void update(TcpState told) {
        state = (byte) told.state();
        originalFlags = (byte) (originalFlags & ~TOLD_FLAGS | told.originalFlags() & TOLD_FLAGS);
        replyFlags = (byte) (replyFlags & ~TOLD_FLAGS | told.replyFlags() & TOLD_FLAGS);
        if ((told.originalFlags() & told.replyFlags() & TcpState.WINDOW_SCALE) != 0) {
            originalScale = (byte) told.originalScale();
            replyScale = (byte) told.replyScale();
        }
    }

    /** The track of an entry from outside; scales count only where both sides announced one (kernel behaviour). */
    static TcpTrack of(TcpState told) {
        TcpTrack track = new TcpTrack();
        track.state = (byte) told.state();
        track.originalFlags = (byte) told.originalFlags();
        track.replyFlags = (byte) told.replyFlags();
        if ((told.originalFlags() & told.replyFlags() & TcpState.WINDOW_SCALE) != 0) {
            track.originalScale = (byte) told.originalScale();
            track.replyScale = (byte) told.replyScale();
        }
        TcpWindows windows = told.windows();
        if (windows != null) {
            track.originalScale = (byte) told.originalScale();
            track.replyScale = (byte) told.replyScale();
            track.set(windows);
        }
        return track;
    }

    private void set(TcpWindows windows) {
        originalCatchUp = CATCH_UP;
        replyCatchUp = CATCH_UP;
        originalEnd = windows.original().end();
        originalMaxEnd = windows.original().maxEnd();
        originalMaxWindow = windows.original().maxWindow();
        originalMaxAck = windows.original().maxAck();
        replyEnd = windows.reply().end();
        replyMaxEnd = windows.reply().maxEnd();
        replyMaxWindow = windows.reply().maxWindow();
        replyMaxAck = windows.reply().maxAck();
        TcpWindows.Last last = windows.last();
        lastDirection = (byte) last.direction();
        lastClass = (byte) last.segment();
        lastSequence = last.sequence();
        lastAcknowledgment = last.acknowledgment();
        lastEnd = last.end();
        lastWindow = (short) last.window();
        lastScale = (byte) last.scale();
        lastFlags = (byte) last.flags();
        retransmissions = (byte) last.retransmissions();
    }
}
