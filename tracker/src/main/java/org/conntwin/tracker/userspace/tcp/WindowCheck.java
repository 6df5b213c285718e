package org.conntwin.tracker.userspace.tcp;

import static org.conntwin.tracker.userspace.tcp.Sequence.after;
import static org.conntwin.tracker.userspace.tcp.Sequence.before;

import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Flow;

/**
 * Whether a segment lies within the windows, and how it moves them (van Rooij, "Real stateful TCP packet filtering in
 * IP Filter", as the kernel has it). Not thread-safe: works in its own two sides.
 */
final class WindowCheck {
    /** What the windows say of a segment. */
    enum Answer {
        /** It moves them. */
        ACCEPT,
        /** It is let through and changes nothing. */
        IGNORE,
        /** It lies outside. */
        INVALID
    }

    /** How far the ends may have gone on unseen: some of the peer's windows, within these bounds. */
    private static final int CATCH_UP_WINDOWS = 16;

    private static final int CATCH_UP_LEAST = 1 << 20;
    private static final int CATCH_UP_MOST = 1 << 26;

    private final boolean liberal;
    private final Side sender = new Side();
    private final Side receiver = new Side();

    /** @param liberal whether segments outside every window are accepted, too */
    WindowCheck(boolean liberal) {
        this.liberal = liberal;
    }

    /** Judges the segment and stores what it changed. */
    Answer check(Flow flow, TcpTrack track, Segment segment, int direction) {
        int other = 1 - direction;
        track.load(direction, sender);
        track.load(other, receiver);
        boolean catchingUp = track.catchingUp(direction) && segment.segmentClass != SegmentClass.RST;
        Answer answer = judge(flow, track, segment, direction, catchingUp);
        if (catchingUp) {
            if (answer != Answer.ACCEPT) {
                // Believed only if all of it fits: nothing of such a segment is kept.
                return answer;
            }
            track.caughtUp(direction);
        }
        track.store(direction, sender);
        track.store(other, receiver);
        return answer;
    }

    private Answer judge(Flow flow, TcpTrack track, Segment segment, int direction, boolean catchingUp) {
        int state = track.state();
        int sequence = segment.sequence;
        int end = segment.end;
        int moved = SequenceShift.offset(flow, 1 - direction, segment.acknowledgment - 1);
        int ack = segment.acknowledgment - moved;
        int sack = receiver.has(TcpState.SACK_PERM) ? segment.selectiveAcknowledgment() - moved : ack;
        boolean syn = segment.has(Segment.SYN);

        if (sender.maxWindow == 0) {
            if (syn) {
                begin(segment, direction);
                if (!segment.has(Segment.ACK)) {
                    return Answer.ACCEPT;
                }
            } else {
                joinInTheMiddle(segment, sack);
            }
        } else if (syn && after(end, sender.end) && (state == TcpState.SYN_SENT || state == TcpState.SYN_RECV)) {
            begin(segment, direction);
            if (direction == Flow.REPLY && !segment.has(Segment.ACK)) {
                return Answer.ACCEPT;
            }
        }
        if (!segment.has(Segment.ACK) || (segment.has(Segment.RST) && ack == 0)) {
            ack = receiver.end;
            sack = ack;
        }
        if (segment.has(Segment.RST) && sequence == 0 && state == TcpState.SYN_SENT) {
            sequence = sender.end;
            end = sequence;
        }

        if (catchingUp) {
            catchUp(sequence, end, sack);
        }
        boolean ackNotTooOld = after(sack, receiver.end - sender.ackWindow() - 1);
        if (!before(sequence, sender.maxEnd + 1)) {
            return beyondTheWindow(end, sack, ackNotTooOld);
        }
        if (!before(sack, receiver.end + 1)) {
            return violation(Answer.INVALID);
        }
        if (receiver.maxWindow != 0 && !after(end, sender.end - receiver.maxWindow - 1)) {
            return violation(Answer.IGNORE);
        }
        if (!ackNotTooOld) {
            return violation(Answer.IGNORE);
        }
        move(segment, end, ack, sack);
        if (segment.segmentClass == SegmentClass.ACK) {
            countRetransmissions(track, segment, direction, sequence, ack, end);
        }
        return Answer.ACCEPT;
    }

    /**
     * Windows that came from another node are as old as the last word of it, and the ends went on meanwhile: the first
     * segments after a failover may be ahead of them, by no more than some windows.
     */
    private void catchUp(int sequence, int end, int sack) {
        int sent = unseen(receiver.maxWindow);
        int acknowledgeable = unseen(sender.maxWindow);
        int ahead = sequence - sender.maxEnd;
        if (ahead > 0 && ahead <= sent) {
            sender.maxEnd = end;
        }
        int acknowledged = sack - receiver.end;
        if (acknowledged > 0 && acknowledged <= acknowledgeable) {
            receiver.end = sack;
            if (after(sack, receiver.maxEnd)) {
                receiver.maxEnd = sack;
            }
        }
    }

    private static int unseen(int window) {
        long windows = CATCH_UP_WINDOWS * Integer.toUnsignedLong(window);
        return Math.clamp(windows, CATCH_UP_LEAST, CATCH_UP_MOST);
    }

    private void begin(Segment segment, int direction) {
        sender.begin(segment);
        if (direction == Flow.REPLY && !(sender.has(TcpState.WINDOW_SCALE) && receiver.has(TcpState.WINDOW_SCALE))) {
            sender.scale = 0;
            receiver.scale = 0;
        }
    }

    /** Nothing is known of the sender: its segment is believed. */
    private void joinInTheMiddle(Segment segment, int sack) {
        int window = segment.window << sender.scale;
        sender.end = segment.end;
        sender.maxWindow = window == 0 ? 1 : window;
        sender.maxEnd = segment.end + sender.maxWindow;
        if (receiver.maxWindow == 0) {
            receiver.end = sack;
            receiver.maxEnd = sack;
        } else if (sack == receiver.end + 1) {
            // Likely the answer to a keep-alive.
            receiver.end++;
        }
    }

    /** A sender that overshoots its window a little is noted, so that the acknowledgement of its data is valid. */
    private Answer beyondTheWindow(int end, int sack, boolean ackNotTooOld) {
        int overshot = end - sender.maxEnd + 1;
        boolean near = receiver.maxWindow != 0 && after(end, sender.end - receiver.maxWindow - 1);
        if (near
                && ackNotTooOld
                && Integer.compareUnsigned(overshot, receiver.maxWindow) <= 0
                && before(sack, receiver.end + 1)) {
            sender.end = end;
            sender.flags |= TcpState.DATA_UNACKNOWLEDGED;
            return violation(Answer.IGNORE);
        }
        return violation(Answer.INVALID);
    }

    private Answer violation(Answer strict) {
        return liberal || sender.has(TcpState.BE_LIBERAL) ? Answer.ACCEPT : strict;
    }

    private void move(Segment segment, int end, int ack, int sack) {
        int window = segment.has(Segment.SYN) ? segment.window : segment.window << sender.scale;
        int reach = window + (sack - ack);
        if (Integer.compareUnsigned(sender.maxWindow, reach) < 0) {
            sender.maxWindow = reach;
        }
        if (after(end, sender.end)) {
            sender.end = end;
            sender.flags |= TcpState.DATA_UNACKNOWLEDGED;
        }
        if (segment.has(Segment.ACK) && (!sender.has(TcpState.MAXACK_SET) || after(ack, sender.maxAck))) {
            sender.maxAck = ack;
            sender.flags |= TcpState.MAXACK_SET;
        }
        if (receiver.maxWindow != 0 && after(end, sender.maxEnd)) {
            receiver.maxWindow += end - sender.maxEnd;
        }
        if (after(sack + window, receiver.maxEnd - 1)) {
            receiver.maxEnd = window == 0 ? sack + 1 : sack + window;
        }
        if (ack == receiver.end) {
            receiver.flags &= ~TcpState.DATA_UNACKNOWLEDGED;
        }
    }

    private static void countRetransmissions(
            TcpTrack track, Segment segment, int direction, int sequence, int ack, int end) {
        if (track.lastDirection == direction
                && track.lastSequence == sequence
                && track.lastAcknowledgment == ack
                && track.lastEnd == end
                && track.lastWindow() == segment.window) {
            track.retransmissions++;
        } else {
            track.lastDirection = (byte) direction;
            track.lastSequence = sequence;
            track.lastAcknowledgment = ack;
            track.lastEnd = end;
            track.lastWindow = (short) segment.window;
            track.retransmissions = 0;
        }
    }
}
