package org.conntwin.tracker.userspace.flow;

/** What changed on a flow since its last event, with the kernel's numbers ({@code enum ip_conntrack_events}). */
public final class EventBits {
    public static final int NEW = 1;
    public static final int RELATED = 1 << 1;
    public static final int DESTROY = 1 << 2;
    public static final int REPLY = 1 << 3;
    public static final int ASSURED = 1 << 4;
    public static final int PROTOCOL_STATE = 1 << 5;
    public static final int HELPER = 1 << 6;
    public static final int MARK = 1 << 7;
    public static final int SEQUENCE_ADJUSTMENT = 1 << 8;
    public static final int LABEL = 1 << 10;
    public static final int SYN_PROXY = 1 << 11;

    private EventBits() {}
}
