package org.conntwin.tracker.ctnetlink;

/**
 * Numbers of ctnetlink ({@code linux/netfilter/nfnetlink_conntrack.h}, {@code nfnetlink.h}), each
 * compared with the machine's headers by a test.
 */
public final class Ctnetlink {
    public static final int SUBSYSTEM = 1;
    public static final int SUBSYSTEM_EXPECT = 2;
    public static final int MESSAGE_NEW = 0;
    public static final int MESSAGE_GET = 1;
    public static final int MESSAGE_DELETE = 2;
    public static final int GROUP_NEW = 1;
    public static final int GROUP_UPDATE = 2;
    public static final int GROUP_DESTROY = 3;
    public static final int GROUP_EXPECT_NEW = 4;
    public static final int GROUP_EXPECT_UPDATE = 5;
    public static final int GROUP_EXPECT_DESTROY = 6;

    static final int TUPLE_ORIG = 1;
    static final int TUPLE_REPLY = 2;
    static final int STATUS = 3;
    static final int PROTOINFO = 4;
    static final int HELP = 5;
    static final int NAT_SRC = 6;
    static final int TIMEOUT = 7;
    static final int MARK = 8;
    static final int COUNTERS_ORIG = 9;
    static final int COUNTERS_REPLY = 10;
    static final int USE = 11;
    static final int ID = 12;
    static final int NAT_DST = 13;
    static final int TUPLE_MASTER = 14;
    static final int SEQ_ADJ_ORIG = 15;
    static final int SEQ_ADJ_REPLY = 16;
    static final int SECMARK = 17;
    static final int ZONE = 18;
    static final int SECCTX = 19;
    static final int TIMESTAMP = 20;
    static final int MARK_MASK = 21;
    static final int LABELS = 22;
    static final int SYNPROXY = 24;
    /** Since Linux 6.14; older headers lack it. */
    static final int TIMESTAMP_EVENT = 27;

    static final int TUPLE_IP = 1;
    static final int TUPLE_PROTO = 2;
    static final int TUPLE_ZONE = 3;
    static final int IP_V4_SRC = 1;
    static final int IP_V4_DST = 2;
    static final int IP_V6_SRC = 3;
    static final int IP_V6_DST = 4;
    static final int PROTO_NUM = 1;
    static final int PROTO_SRC_PORT = 2;
    static final int PROTO_DST_PORT = 3;
    static final int PROTO_ICMP_ID = 4;
    static final int PROTO_ICMP_TYPE = 5;
    static final int PROTO_ICMP_CODE = 6;
    static final int PROTO_ICMPV6_ID = 7;
    static final int PROTO_ICMPV6_TYPE = 8;
    static final int PROTO_ICMPV6_CODE = 9;

    static final int PROTOINFO_TCP = 1;
    static final int PROTOINFO_SCTP = 3;
    static final int TCP_STATE = 1;
    static final int TCP_WSCALE_ORIGINAL = 2;
    static final int TCP_WSCALE_REPLY = 3;
    static final int TCP_FLAGS_ORIGINAL = 4;
    static final int TCP_FLAGS_REPLY = 5;
    static final int SCTP_STATE = 1;
    static final int SCTP_VTAG_ORIGINAL = 2;
    static final int SCTP_VTAG_REPLY = 3;

    static final int HELP_NAME = 1;
    static final int NAT_V4_MINIP = 1;
    static final int NAT_V4_MAXIP = 2;
    static final int NAT_PROTO = 3;
    static final int NAT_V6_MINIP = 4;
    static final int NAT_V6_MAXIP = 5;
    static final int PROTONAT_PORT_MIN = 1;
    static final int PROTONAT_PORT_MAX = 2;
    static final int SEQADJ_CORRECTION_POS = 1;
    static final int SEQADJ_OFFSET_BEFORE = 2;
    static final int SEQADJ_OFFSET_AFTER = 3;
    static final int SYNPROXY_ISN = 1;
    static final int SYNPROXY_ITS = 2;
    static final int SYNPROXY_TSOFF = 3;
    static final int COUNTERS_PACKETS = 1;
    static final int COUNTERS_BYTES = 2;
    static final int TIMESTAMP_START = 1;
    static final int TIMESTAMP_STOP = 2;

    static final int EXPECT_MASTER = 1;
    static final int EXPECT_TUPLE = 2;
    static final int EXPECT_MASK = 3;
    static final int EXPECT_TIMEOUT = 4;
    static final int EXPECT_ID = 5;
    static final int EXPECT_HELP_NAME = 6;
    static final int EXPECT_ZONE = 7;
    static final int EXPECT_FLAGS = 8;
    static final int EXPECT_CLASS = 9;
    static final int EXPECT_NAT = 10;
    static final int EXPECT_FN = 11;
    static final int EXPECT_NAT_DIR = 1;
    static final int EXPECT_NAT_TUPLE = 2;

    private Ctnetlink() {}

    /** Message type: subsystem and message. */
    public static int type(int subsystem, int message) {
        return subsystem << 8 | message;
    }
}
