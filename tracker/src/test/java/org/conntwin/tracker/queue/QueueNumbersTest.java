package org.conntwin.tracker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.conntwin.tracker.testing.HeaderProbe;
import org.junit.jupiter.api.Test;

class QueueNumbersTest {
    private static final String[] HEADERS = {"linux/netfilter.h", "linux/netfilter/nfnetlink_queue.h"};

    /** The header's name where it is not ours with {@code NFQA_} before it. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("SUBSYSTEM", "NFNL_SUBSYS_QUEUE"),
            Map.entry("MESSAGE_PACKET", "NFQNL_MSG_PACKET"),
            Map.entry("MESSAGE_VERDICT", "NFQNL_MSG_VERDICT"),
            Map.entry("MESSAGE_CONFIG", "NFQNL_MSG_CONFIG"),
            Map.entry("MESSAGE_VERDICT_BATCH", "NFQNL_MSG_VERDICT_BATCH"),
            Map.entry("PACKET_HDR_BYTES", "sizeof(struct nfqnl_msg_packet_hdr)"),
            Map.entry("CMD_BIND", "NFQNL_CFG_CMD_BIND"),
            Map.entry("CMD_UNBIND", "NFQNL_CFG_CMD_UNBIND"),
            Map.entry("COPY_META", "NFQNL_COPY_META"),
            Map.entry("COPY_PACKET", "NFQNL_COPY_PACKET"),
            Map.entry("F_FAIL_OPEN", "NFQA_CFG_F_FAIL_OPEN"),
            Map.entry("F_GSO", "NFQA_CFG_F_GSO"),
            Map.entry("DROP", "NF_DROP"),
            Map.entry("ACCEPT", "NF_ACCEPT"));

    @Test
    void numbersAreThoseOfTheHeaders() throws Exception {
        Map<String, Integer> ours = HeaderProbe.constants(QueueNumbers.class);
        Map<String, String> expressions = new TreeMap<>();
        ours.keySet().forEach(name -> expressions.put(name, OTHERWISE.getOrDefault(name, "NFQA_" + name)));

        assertThat(ours).isEqualTo(HeaderProbe.values(expressions, HEADERS));
    }
}
