package org.conntwin.tracker.queue;

/** Numbers of {@code linux/netfilter/nfnetlink_queue.h} and {@code linux/netfilter.h}; a test compares them. */
final class QueueNumbers {
    static final int SUBSYSTEM = 3;

    static final int MESSAGE_PACKET = 0;
    static final int MESSAGE_VERDICT = 1;
    static final int MESSAGE_CONFIG = 2;
    static final int MESSAGE_VERDICT_BATCH = 3;

    static final int PACKET_HDR = 1;
    static final int VERDICT_HDR = 2;
    static final int MARK = 3;
    static final int IFINDEX_INDEV = 5;
    static final int IFINDEX_OUTDEV = 6;
    static final int PAYLOAD = 10;
    static final int CAP_LEN = 13;
    static final int SKB_INFO = 14;
    /** Size of {@code struct nfqnl_msg_packet_hdr}: id, protocol, hook, packed. */
    static final int PACKET_HDR_BYTES = 7;

    static final int CFG_CMD = 1;
    static final int CFG_PARAMS = 2;
    static final int CFG_QUEUE_MAXLEN = 3;
    static final int CFG_MASK = 4;
    static final int CFG_FLAGS = 5;

    static final int CMD_BIND = 1;
    static final int CMD_UNBIND = 2;
    static final int COPY_META = 1;
    static final int COPY_PACKET = 2;
    static final int F_FAIL_OPEN = 1;
    static final int F_GSO = 4;

    static final int SKB_CSUMNOTREADY = 1;
    static final int SKB_GSO = 2;
    static final int SKB_CSUM_NOTVERIFIED = 4;

    static final int DROP = 0;
    static final int ACCEPT = 1;

    private QueueNumbers() {}

    /** The netlink message type. */
    static int type(int message) {
        return SUBSYSTEM << 8 | message;
    }
}
