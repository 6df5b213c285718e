package org.conntwin.tracker.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.conntwin.tracker.testing.HeaderProbe;
import org.junit.jupiter.api.Test;

class NetlinkNumbersTest {
    private static final String[] HEADERS = {"sys/socket.h", "linux/netlink.h", "linux/netfilter/nfnetlink.h", "errno.h"
    };

    @Test
    void framingNumbersAreThoseOfTheHeaders() throws Exception {
        Map<String, String> expressions = Map.ofEntries(
                Map.entry("HEADER_BYTES", "sizeof(struct nlmsghdr)"),
                Map.entry("TYPE", "offsetof(struct nlmsghdr, nlmsg_type)"),
                Map.entry("FLAGS", "offsetof(struct nlmsghdr, nlmsg_flags)"),
                Map.entry("SEQUENCE", "offsetof(struct nlmsghdr, nlmsg_seq)"),
                Map.entry("PORT", "offsetof(struct nlmsghdr, nlmsg_pid)"),
                Map.entry("NETFILTER_HEADER_BYTES", "sizeof(struct nfgenmsg)"),
                Map.entry("TYPE_ERROR", "NLMSG_ERROR"),
                Map.entry("TYPE_DONE", "NLMSG_DONE"),
                Map.entry("FLAG_REQUEST", "NLM_F_REQUEST"),
                Map.entry("FLAG_ACK", "NLM_F_ACK"),
                Map.entry("FLAG_DUMP", "NLM_F_DUMP"),
                Map.entry("FLAG_EXCLUSIVE", "NLM_F_EXCL"),
                Map.entry("FLAG_CREATE", "NLM_F_CREATE"),
                Map.entry("ATTRIBUTE_BYTES", "sizeof(struct nlattr)"),
                Map.entry("NESTED", "NLA_F_NESTED"),
                Map.entry("ATTRIBUTE_TYPE_MASK", "NLA_TYPE_MASK & 0xffff"));

        assertThat(HeaderProbe.constants(Netlink.class)).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }

    @Test
    void errorNumbersAreThoseOfTheHeadersAndHaveTheirNames() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(Errno.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, name));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
        ours.forEach((name, number) -> assertThat(Errno.name(number)).isEqualTo(name));
        assertThat(Errno.name(4000)).isEqualTo("errno 4000");
    }
}
