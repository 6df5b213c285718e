package org.conntwin.tracker.userspace.protocol;

/** What a protocol's tracker says of a packet. */
public enum Judgement {
    /** It belongs to the flow. */
    ACCEPT,
    /** It goes on without a flow, as invalid; a flow that it would have begun is forgotten. */
    INVALID,
    /** It is dropped. */
    DROP,
    /** The flow is over, and the packet begins another: kill the flow, look the packet up again. */
    REPEAT,
    /** It is the flow's last: accept it, kill the flow. */
    LAST,
    /** The flow is beyond repair: kill it, drop the packet. */
    KILL
}
