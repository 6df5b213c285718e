package org.conntwin.tracker.netlink.ffi;

/**
 * Numbers and struct offsets of Linux on 64-bit machines, each from the header named beside it; a test
 * compares them with the machine's headers.
 */
public final class LinuxSocketAbi {
    // sys/socket.h, bits/socket.h
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int MSG_WAITFORONE = 0x10000;
    // asm-generic/socket.h
    public static final int SOL_SOCKET = 1;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_ATTACH_FILTER = 26;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_MARK = 36;
    public static final int SO_RCVBUFFORCE = 33;
    // linux/netlink.h
    public static final int SOL_NETLINK = 270;
    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_NETFILTER = 12;
    public static final int NETLINK_ADD_MEMBERSHIP = 1;
    public static final int NETLINK_DROP_MEMBERSHIP = 2;
    public static final int NETLINK_CAP_ACK = 10;
    // bits/poll.h
    public static final int POLLIN = 1;
    public static final int POLLERR = 8;

    // sys/un.h: struct sockaddr_un
    public static final int SOCKADDR_UN_SIZE = 110;
    public static final int SOCKADDR_UN_PATH = 2;
    // netinet/in.h: struct sockaddr_in, struct sockaddr_in6
    public static final int SOCKADDR_IN_SIZE = 16;
    public static final int SOCKADDR_IN_ADDRESS = 4;
    public static final int SOCKADDR_IN6_SIZE = 28;
    public static final int SOCKADDR_IN6_ADDRESS = 8;
    public static final int IPPROTO_RAW = 255;
    // linux/netlink.h: struct sockaddr_nl
    public static final int SOCKADDR_NL_SIZE = 12;
    public static final int SOCKADDR_NL_PID = 4;
    // bits/socket.h: struct mmsghdr, its struct msghdr first
    public static final int MMSGHDR_SIZE = 64;
    public static final int MSGHDR_IOV = 16;
    public static final int MSGHDR_IOVLEN = 24;
    public static final int MSGHDR_FLAGS = 48;
    public static final int MMSGHDR_LEN = 56;
    // bits/types/struct_iovec.h
    public static final int IOVEC_SIZE = 16;
    public static final int IOVEC_LEN = 8;
    // linux/filter.h: struct sock_filter, struct sock_fprog
    public static final int SOCK_FILTER_SIZE = 8;
    public static final int SOCK_FPROG_SIZE = 16;
    public static final int SOCK_FPROG_FILTER = 8;
    // sys/poll.h: struct pollfd
    public static final int POLLFD_SIZE = 8;
    public static final int POLLFD_EVENTS = 4;
    public static final int POLLFD_REVENTS = 6;
    // bits/types/struct_timeval.h
    public static final int TIMEVAL_SIZE = 16;
    public static final int TIMEVAL_MICROS = 8;

    private LinuxSocketAbi() {}
}
