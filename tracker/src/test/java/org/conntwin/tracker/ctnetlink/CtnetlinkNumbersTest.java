package org.conntwin.tracker.ctnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.testing.HeaderProbe;
import org.junit.jupiter.api.Test;

class CtnetlinkNumbersTest {
    private static final String[] HEADERS = {
        "linux/netfilter/nfnetlink.h",
        "linux/netfilter/nf_conntrack_common.h",
        "linux/netfilter/nf_conntrack_tcp.h",
        "linux/netfilter/nfnetlink_conntrack.h"
    };

    /** The header's name where it is not ours with {@code CTA_} before it. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("SUBSYSTEM", "NFNL_SUBSYS_CTNETLINK"),
            Map.entry("SUBSYSTEM_EXPECT", "NFNL_SUBSYS_CTNETLINK_EXP"),
            Map.entry("MESSAGE_NEW", "IPCTNL_MSG_CT_NEW"),
            Map.entry("MESSAGE_GET", "IPCTNL_MSG_CT_GET"),
            Map.entry("MESSAGE_DELETE", "IPCTNL_MSG_CT_DELETE"),
            Map.entry("GROUP_NEW", "NFNLGRP_CONNTRACK_NEW"),
            Map.entry("GROUP_UPDATE", "NFNLGRP_CONNTRACK_UPDATE"),
            Map.entry("GROUP_DESTROY", "NFNLGRP_CONNTRACK_DESTROY"),
            Map.entry("GROUP_EXPECT_NEW", "NFNLGRP_CONNTRACK_EXP_NEW"),
            Map.entry("GROUP_EXPECT_UPDATE", "NFNLGRP_CONNTRACK_EXP_UPDATE"),
            Map.entry("GROUP_EXPECT_DESTROY", "NFNLGRP_CONNTRACK_EXP_DESTROY"),
            Map.entry("TCP_STATE", "CTA_PROTOINFO_TCP_STATE"),
            Map.entry("TCP_WSCALE_ORIGINAL", "CTA_PROTOINFO_TCP_WSCALE_ORIGINAL"),
            Map.entry("TCP_WSCALE_REPLY", "CTA_PROTOINFO_TCP_WSCALE_REPLY"),
            Map.entry("TCP_FLAGS_ORIGINAL", "CTA_PROTOINFO_TCP_FLAGS_ORIGINAL"),
            Map.entry("TCP_FLAGS_REPLY", "CTA_PROTOINFO_TCP_FLAGS_REPLY"),
            Map.entry("SCTP_STATE", "CTA_PROTOINFO_SCTP_STATE"),
            Map.entry("SCTP_VTAG_ORIGINAL", "CTA_PROTOINFO_SCTP_VTAG_ORIGINAL"),
            Map.entry("SCTP_VTAG_REPLY", "CTA_PROTOINFO_SCTP_VTAG_REPLY"));

    @Test
    void attributesMessagesAndGroupsAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(Ctnetlink.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, OTHERWISE.getOrDefault(name, "CTA_" + name)));
        if (!HeaderProbe.knows("CTA_TIMESTAMP_EVENT", HEADERS)) {
            assertThat(ours.remove("TIMESTAMP_EVENT")).isEqualTo(27); // headers before Linux 6.14
            expressions.remove("TIMESTAMP_EVENT");
        }

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }

    @Test
    void expectationMessagesHaveTheNumbersOfConntrackMessages() throws Exception {
        assertThat(HeaderProbe.values(
                        Map.of(
                                "new", "IPCTNL_MSG_EXP_NEW",
                                "get", "IPCTNL_MSG_EXP_GET",
                                "delete", "IPCTNL_MSG_EXP_DELETE"),
                        HEADERS))
                .isEqualTo(Map.of(
                        "new", Ctnetlink.MESSAGE_NEW,
                        "get", Ctnetlink.MESSAGE_GET,
                        "delete", Ctnetlink.MESSAGE_DELETE));
    }

    @Test
    void statusBitsAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(Status.class);
        ours.remove("SETTABLE"); // ours alone
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, "IPS_" + name));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }

    @Test
    void bitsThatUserSpaceMaySetAreNoneThatTheKernelKeepsForItself() throws Exception {
        int kept = HeaderProbe.values(Map.of("kept", "IPS_UNCHANGEABLE_MASK"), HEADERS)
                .getOrDefault("kept", -1);

        assertThat(Status.SETTABLE & kept).isZero();
    }

    @Test
    void expectationFlagsAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(Expectation.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, "NF_CT_EXPECT_" + name));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }

    @Test
    void tcpStatesAndFlagsAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(TcpState.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet()
                .forEach(name -> expressions.put(
                        name,
                        switch (name) {
                            case "WINDOW_SCALE",
                                    "SACK_PERM",
                                    "CLOSE_INIT",
                                    "BE_LIBERAL",
                                    "DATA_UNACKNOWLEDGED",
                                    "MAXACK_SET" -> "IP_CT_TCP_FLAG_" + name;
                            default -> "TCP_CONNTRACK_" + name;
                        }));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
        assertThat(TcpState.NAMES).hasSize(TcpState.SYN_SENT2 + 1);
    }
}
