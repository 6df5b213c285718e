package org.conntwin.tracker.netlink.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.conntwin.tracker.testing.HeaderProbe;
import org.junit.jupiter.api.Test;

class LinuxSocketAbiTest {
    private static final Map<String, String> SIZES_AND_OFFSETS = Map.ofEntries(
            Map.entry("SOCKADDR_UN_SIZE", "sizeof(struct sockaddr_un)"),
            Map.entry("SOCKADDR_UN_PATH", "offsetof(struct sockaddr_un, sun_path)"),
            Map.entry("SOCKADDR_IN_SIZE", "sizeof(struct sockaddr_in)"),
            Map.entry("SOCKADDR_IN_ADDRESS", "offsetof(struct sockaddr_in, sin_addr)"),
            Map.entry("SOCKADDR_IN6_SIZE", "sizeof(struct sockaddr_in6)"),
            Map.entry("SOCKADDR_IN6_ADDRESS", "offsetof(struct sockaddr_in6, sin6_addr)"),
            Map.entry("SOCKADDR_NL_SIZE", "sizeof(struct sockaddr_nl)"),
            Map.entry("SOCKADDR_NL_PID", "offsetof(struct sockaddr_nl, nl_pid)"),
            Map.entry("MMSGHDR_SIZE", "sizeof(struct mmsghdr)"),
            Map.entry("MSGHDR_IOV", "offsetof(struct mmsghdr, msg_hdr.msg_iov)"),
            Map.entry("MSGHDR_IOVLEN", "offsetof(struct mmsghdr, msg_hdr.msg_iovlen)"),
            Map.entry("MSGHDR_FLAGS", "offsetof(struct mmsghdr, msg_hdr.msg_flags)"),
            Map.entry("MMSGHDR_LEN", "offsetof(struct mmsghdr, msg_len)"),
            Map.entry("IOVEC_SIZE", "sizeof(struct iovec)"),
            Map.entry("IOVEC_LEN", "offsetof(struct iovec, iov_len)"),
            Map.entry("SOCK_FILTER_SIZE", "sizeof(struct sock_filter)"),
            Map.entry("SOCK_FPROG_SIZE", "sizeof(struct sock_fprog)"),
            Map.entry("SOCK_FPROG_FILTER", "offsetof(struct sock_fprog, filter)"),
            Map.entry("POLLFD_SIZE", "sizeof(struct pollfd)"),
            Map.entry("POLLFD_EVENTS", "offsetof(struct pollfd, events)"),
            Map.entry("POLLFD_REVENTS", "offsetof(struct pollfd, revents)"));

    private static final String[] HEADERS = {
        "sys/socket.h",
        "netinet/in.h",
        "sys/un.h",
        "sys/uio.h",
        "poll.h",
        "asm/socket.h",
        "linux/netlink.h",
        "linux/filter.h"
    };

    @Test
    void constantsSizesAndOffsetsAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(LinuxSocketAbi.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, SIZES_AND_OFFSETS.getOrDefault(name, name)));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }

    @Test
    void filterInstructionsAreEncodedAsTheHeadersSay() throws Exception {
        Map<String, Integer> header = HeaderProbe.values(
                Map.of(
                        "load", "BPF_LD | BPF_W | BPF_ABS",
                        "jump", "BPF_JMP | BPF_JEQ | BPF_K",
                        "return", "BPF_RET | BPF_K"),
                HEADERS);

        assertThat(FilterInstruction.load(12))
                .isEqualTo(new FilterInstruction(header.getOrDefault("load", -1), 0, 0, 12));
        assertThat(FilterInstruction.ifEqual(7, 0, 1))
                .isEqualTo(new FilterInstruction(header.getOrDefault("jump", -1), 0, 1, 7));
        assertThat(FilterInstruction.drop())
                .isEqualTo(new FilterInstruction(header.getOrDefault("return", -1), 0, 0, 0));
        assertThat(FilterInstruction.accept().code()).isEqualTo(header.get("return"));
    }
}
