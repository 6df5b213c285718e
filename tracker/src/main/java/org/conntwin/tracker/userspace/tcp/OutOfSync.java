package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Flow;

/**
 * A SYN on an entry in another state: the ends know something that the tracker does not, as after a failover. The SYN is
 * let through and noted with its options; the SYN/ACK that answers it proves that the connection is new, and the same
 * entry starts over, its mark, helper, translation and id kept (kernel since 3.4). Not thread-safe.
 */
final class OutOfSync {
    private final Side scratch = new Side();

    /** Whether the segment answers the SYN that was noted last. */
    boolean recovers(TcpTrack track, Segment segment, int direction) {
        return segment.segmentClass == SegmentClass.SYN_ACK
                && track.lastClass == SegmentClass.SYN
                && track.lastDirection != direction
                && segment.acknowledgment == track.lastEnd;
    }

    /** Starts over with what was noted; the window check takes the answerer's part from its SYN/ACK. */
    void recover(TcpTrack track, int direction) {
        track.lastFlags &= ~TcpTrack.CHALLENGE_EXPECTED;
        scratch.clear();
        scratch.end = track.lastEnd;
        scratch.maxEnd = track.lastEnd;
        scratch.maxWindow = Math.max(track.lastWindow(), 1);
        scratch.scale = track.lastScale;
        scratch.flags = track.lastFlags;
        track.store(1 - direction, scratch);
        track.load(direction, scratch);
        int flags = scratch.flags & TcpState.BE_LIBERAL;
        scratch.clear();
        scratch.flags = flags;
        track.store(direction, scratch);
    }

    /** Notes a segment that is let through without counting. */
    void note(TcpTrack track, Segment segment, int direction) {
        int state = track.state();
        track.lastClass = (byte) segment.segmentClass;
        track.lastDirection = (byte) direction;
        track.lastSequence = segment.sequence;
        track.lastEnd = segment.end;
        track.lastWindow = (short) segment.window;
        if (segment.segmentClass == SegmentClass.SYN && direction == Flow.ORIGINAL) {
            scratch.clear();
            segment.announce(scratch);
            track.lastScale = (byte) scratch.scale;
            int flags = scratch.flags & (TcpState.WINDOW_SCALE | TcpState.SACK_PERM);
            // The end that waits for its last ACK will challenge a SYN (RFC 5961, section 4).
            track.lastFlags = (byte) (state == TcpState.LAST_ACK ? flags | TcpTrack.CHALLENGE_EXPECTED : flags);
        }
        if (state == TcpState.SYN_SENT && segment.segmentClass == SegmentClass.ACK && direction == Flow.REPLY) {
            track.lastAcknowledgment = segment.acknowledgment;
        }
    }

    /** Whether an ACK in LAST_ACK is the challenge to a SYN that was noted, not the connection's last. */
    boolean isChallenge(TcpTrack track, int segmentClass, int direction) {
        return track.state() == TcpState.LAST_ACK
                && segmentClass == SegmentClass.ACK
                && track.lastDirection != direction
                && track.lastClass == SegmentClass.SYN
                && track.last(TcpTrack.CHALLENGE_EXPECTED);
    }
}
