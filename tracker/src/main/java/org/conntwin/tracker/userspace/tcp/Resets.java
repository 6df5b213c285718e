package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Flow;

/** Which resets are believed: a forged one must guess the exact number (RFC 5961, section 3). */
final class Resets {
    /** What becomes of a reset. */
    enum Answer {
        /** It closes the flow when it lies within the windows. */
        CHECK,
        /** It closes the flow, wherever it lies. */
        BELIEVE,
        /** The state stays, as the end may challenge it; the windows are checked. */
        KEEP_STATE,
        /** The state stays; the windows are not checked. */
        KEEP_STATE_AND_BELIEVE,
        /** It does not belong to the flow. */
        INVALID
    }

    private final boolean ignoreInvalid;
    private final Side peer = new Side();

    Resets(boolean ignoreInvalid) {
        this.ignoreInvalid = ignoreInvalid;
    }

    Answer judge(Flow flow, TcpTrack track, Segment segment, int direction) {
        int state = track.state();
        if (TcpTracker.closing(state)) {
            // The ports may be in use again, and what is known of the windows may be old.
            return Answer.BELIEVE;
        }
        boolean keepState = false;
        track.load(1 - direction, peer);
        if (peer.has(TcpState.MAXACK_SET) && track.lastClass != SegmentClass.SYN) {
            boolean established = state == TcpState.ESTABLISHED && flow.has(Status.ASSURED);
            if (segment.sequence == 0 && !established) {
                return Answer.CHECK;
            }
            if (Sequence.before(segment.sequence, peer.maxAck) && !ignoreInvalid) {
                return Answer.INVALID;
            }
            if (!established || segment.sequence == peer.maxAck) {
                return Answer.CHECK;
            }
            if (track.lastClass == SegmentClass.ACK
                    && track.lastDirection == direction
                    && segment.sequence == track.lastEnd) {
                return Answer.CHECK;
            }
            keepState = true;
        }
        if (answersWhatWasLetThrough(flow, track, segment, direction) || answersAChallenge(track, segment)) {
            return keepState ? Answer.KEEP_STATE_AND_BELIEVE : Answer.BELIEVE;
        }
        return keepState ? Answer.KEEP_STATE : Answer.CHECK;
    }

    private static boolean answersWhatWasLetThrough(Flow flow, TcpTrack track, Segment segment, int direction) {
        boolean let =
                (flow.has(Status.SEEN_REPLY) && track.lastClass == SegmentClass.SYN && track.lastDirection != direction)
                        || (!flow.has(Status.ASSURED) && track.lastClass == SegmentClass.ACK);
        return let && segment.acknowledgment == track.lastEnd;
    }

    private static boolean answersAChallenge(TcpTrack track, Segment segment) {
        return track.state() == TcpState.SYN_SENT
                && track.lastClass == SegmentClass.ACK
                && track.lastDirection == Flow.REPLY
                && segment.sequence == track.lastAcknowledgment;
    }
}
