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
            Map.entry("POLLFD_REVENTS", "offsetof(struct pollfd, revents)"),
            Map.entry("TIMEVAL_SIZE", "sizeof(struct timeval)"),
            Map.entry("TIMEVAL_MICROS", "offsetof(struct timeval, tv_usec)"));

    private static final String[] HEADERS = {
        "sys/socket.h",
        "sys/time.h",
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
        Map<String, FilterInstruction> ours = Map.ofEntries(
                Map.entry("BPF_LD | BPF_W | BPF_ABS", FilterInstruction.load(12)),
                Map.entry("BPF_LD | BPF_H | BPF_ABS", FilterInstruction.loadHalf(12)),
                Map.entry("BPF_LD | BPF_B | BPF_ABS", FilterInstruction.loadByte(12)),
                Map.entry("BPF_LD | BPF_W | BPF_IND", FilterInstruction.loadIndexed(12)),
                Map.entry("BPF_LD | BPF_H | BPF_IND", FilterInstruction.loadHalfIndexed(12)),
                Map.entry("BPF_LD | BPF_B | BPF_IND", FilterInstruction.loadByteIndexed(12)),
                Map.entry("BPF_LD | BPF_IMM", FilterInstruction.constant(12)),
                Map.entry("BPF_LD | BPF_MEM", FilterInstruction.cell(12)),
                Map.entry("BPF_LDX | BPF_IMM", FilterInstruction.index(12)),
                Map.entry("BPF_ST", FilterInstruction.store(12)),
                Map.entry("BPF_ALU | BPF_AND | BPF_K", FilterInstruction.and(12)),
                Map.entry("BPF_JMP | BPF_JA", FilterInstruction.skip(12)),
                Map.entry("BPF_JMP | BPF_JEQ | BPF_K", FilterInstruction.ifEqual(12, 1, 2)),
                Map.entry("BPF_JMP | BPF_JSET | BPF_K", FilterInstruction.ifAny(12, 1, 2)));
        Map<String, String> codes = new TreeMap<>();
        ours.keySet().forEach(code -> codes.put(word(code), code));
        Map<String, Integer> header = HeaderProbe.values(codes, HEADERS);
        ours.forEach((code, instruction) -> {
            boolean jumps = instruction.jumpTrue() != 0;
            assertThat(instruction)
                    .as(code)
                    .isEqualTo(new FilterInstruction(
                            header.getOrDefault(word(code), -1), jumps ? 1 : 0, jumps ? 2 : 0, 12));
        });
        Map<String, Integer> others = HeaderProbe.values(
                Map.of(
                        "return", "BPF_RET | BPF_K",
                        "toIndex", "BPF_MISC | BPF_TAX",
                        "attribute", "SKF_AD_OFF + SKF_AD_NLATTR",
                        "nested", "SKF_AD_OFF + SKF_AD_NLATTR_NEST",
                        "most", "BPF_MAXINSNS"),
                HEADERS);
        assertThat(others)
                .containsEntry("return", FilterInstruction.drop().code())
                .containsEntry("return", FilterInstruction.accept().code())
                .containsEntry("toIndex", FilterInstruction.toIndex().code())
                .containsEntry("attribute", FilterInstruction.attribute().value())
                .containsEntry("nested", FilterInstruction.nestedAttribute().value())
                .containsEntry("most", FilterInstruction.MOST);
        assertThat(FilterInstruction.drop().value()).isZero();
        assertThat(FilterInstruction.accept().value()).isEqualTo(-1);
        assertThat(FilterInstruction.attribute().code())
                .isEqualTo(FilterInstruction.nestedAttribute().code())
                .isEqualTo(FilterInstruction.load(0).code());
    }

    private static String word(String expression) {
        return expression.replace(" | ", "_");
    }
}
