package org.conntwin.tracker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Namespace;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@link QueueScenarios} on the machine's kernel, in a namespace and a JVM of their own. */
class PacketQueueTest {
    /** The rule in nftables' language, and as iptables says it where the kernel has no queue for nftables. */
    private static final String NFT = "add table inet q; add chain inet q in"
            + " { type filter hook prerouting priority -310; }; add rule inet q in udp dport " + QueueScenarios.PORT
            + " queue flags bypass to " + QueueScenarios.QUEUE;

    private static final String IPTABLES = "iptables -t raw -A PREROUTING -p udp --dport " + QueueScenarios.PORT
            + " -j NFQUEUE --queue-num " + QueueScenarios.QUEUE + " --queue-bypass";

    @TestFactory
    Stream<DynamicTest> theKernelsQueueDoesAsItsPortSays() {
        Commands.Result result;
        try (Namespace namespace = Namespace.create()) {
            boolean queued = namespace.run("nft", NFT).code() == 0
                    || namespace.run(IPTABLES.split(" ")).code() == 0;
            Needs.met(queued, "needs nft with a kernel that has nft_queue, or iptables with xt_NFQUEUE");
            result = namespace.java(QueueScenarios.class);
        }
        List<String> lines = result.output().lines().toList();
        assertThat(lines).as(result.output()).anyMatch(line -> line.startsWith(QueueScenarios.PASSED));
        return lines.stream()
                .filter(line -> line.startsWith(QueueScenarios.PASSED) || line.startsWith(QueueScenarios.FAILED))
                .map(line -> DynamicTest.dynamicTest(
                        line.split(" ", 3)[1], () -> assertThat(line).startsWith(QueueScenarios.PASSED)));
    }
}
