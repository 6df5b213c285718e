package org.conntwin.node.config;

import java.util.Arrays;
import java.util.List;

/** Lifetimes that a configuration may set one by one; after the kernel's sysctls, in its order of states. */
public enum Timeout {
    TCP_NONE,
    TCP_SYN_SENT,
    TCP_SYN_RECV,
    TCP_ESTABLISHED,
    TCP_FIN_WAIT,
    TCP_CLOSE_WAIT,
    TCP_LAST_ACK,
    TCP_TIME_WAIT,
    TCP_CLOSE,
    TCP_SYN_SENT2,
    TCP_RETRANS,
    TCP_UNACKNOWLEDGED,
    SCTP_CLOSED,
    SCTP_COOKIE_WAIT,
    SCTP_COOKIE_ECHOED,
    SCTP_ESTABLISHED,
    SCTP_SHUTDOWN_SENT,
    SCTP_SHUTDOWN_RECD,
    SCTP_SHUTDOWN_ACK_SENT,
    SCTP_HEARTBEAT_SENT,
    UDP,
    UDP_STREAM,
    ICMP,
    ICMPV6,
    GRE,
    GRE_STREAM,
    GENERIC;

    /** Those of TCP's states, by the state's number. */
    public static final List<Timeout> TCP_STATES = between(TCP_NONE, TCP_SYN_SENT2);

    /** Those of SCTP's states from number 1 on; state 0 has none of its own. */
    public static final List<Timeout> SCTP_STATES = between(SCTP_CLOSED, SCTP_HEARTBEAT_SENT);

    private static List<Timeout> between(Timeout first, Timeout last) {
        return Arrays.stream(values())
                .filter(timeout -> timeout.compareTo(first) >= 0 && timeout.compareTo(last) <= 0)
                .toList();
    }

    /** As a configuration writes it, e.g. {@code tcp-syn-sent}. */
    public String key() {
        return Converters.word(this);
    }
}
