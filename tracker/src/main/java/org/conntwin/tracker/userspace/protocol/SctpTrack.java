package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowState;

/** State and verification tags of an SCTP flow. A tag is that of packets in its direction; 0 is not known yet. */
final class SctpTrack implements FlowState {
    int state;
    private int originalTag;
    private int replyTag;
    private boolean originalInit;
    private boolean replyInit;
    /** A heartbeat had a tag other than the known one; its answer will decide. */
    private boolean strangeHeartbeat;

    private int strangeDirection;

    SctpTrack() {}

    SctpTrack(SctpState told) {
        state = Math.clamp(told.state(), 0, SctpState.NAMES.size() - 1);
        originalTag = told.originalTag();
        replyTag = told.replyTag();
    }

    @Override
    public ProtocolState model() {
        return new SctpState(state, originalTag, replyTag);
    }

    int tag(int direction) {
        return direction == Flow.ORIGINAL ? originalTag : replyTag;
    }

    void tag(int direction, int tag) {
        if (direction == Flow.ORIGINAL) {
            originalTag = tag;
        } else {
            replyTag = tag;
        }
    }

    /**
     * An INIT in {@code direction} says which tag it wants on what comes back. One that says what is known does not
     * begin a handshake.
     */
    void init(int direction, int tag) {
        if (tag == tag(1 - direction)) {
            return;
        }
        if (inited(direction) && inited(1 - direction)) {
            inited(1 - direction, false);
        }
        inited(direction, true);
        tag(1 - direction, tag);
    }

    /** The same of an INIT_ACK; false when it answers an INIT that is out of date. */
    boolean initAck(int direction, int tag) {
        int known = tag(1 - direction);
        boolean asked = inited(1 - direction);
        boolean collided = asked && inited(direction);
        if (known != tag && (collided || (!asked && known != 0))) {
            return false;
        }
        tag(1 - direction, tag);
        return true;
    }

    /** The handshake is over. */
    void forgetInits() {
        originalInit = false;
        replyInit = false;
    }

    /**
     * Whether a heartbeat has the direction's tag, which it teaches when there is none.
     *
     * @param mayStray whether another tag is remembered, so that the answer decides
     */
    boolean heartbeat(int direction, int tag, boolean mayStray) {
        int known = tag(direction);
        if (known == 0) {
            tag(direction, tag);
        } else if (known == tag) {
            strangeHeartbeat = false;
        } else {
            if (mayStray) {
                strangeHeartbeat = true;
                strangeDirection = direction;
            }
            return false;
        }
        return true;
    }

    /**
     * Whether the answer to a heartbeat has the direction's tag, which it teaches when there is none or when it answers
     * a heartbeat with a strange tag.
     */
    boolean heartbeatAck(int direction, int tag, boolean mayStray) {
        int known = tag(direction);
        if (known == 0) {
            tag(direction, tag);
            return true;
        }
        if (known != tag) {
            if (!mayStray || !strangeHeartbeat || strangeDirection == direction) {
                return false;
            }
            tag(direction, tag);
            tag(1 - direction, 0);
        }
        strangeHeartbeat = false;
        return true;
    }

    private boolean inited(int direction) {
        return direction == Flow.ORIGINAL ? originalInit : replyInit;
    }

    private void inited(int direction, boolean seen) {
        if (direction == Flow.ORIGINAL) {
            originalInit = seen;
        } else {
            replyInit = seen;
        }
    }
}
