package org.conntwin.tracker.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Namespace;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.Test;

class PacketOutletTest {
    /** A flood of SYNs from addresses of the clients' own network that nobody has is answered to them. */
    @Test
    void neighboursThatDoNotAnswerDoNotKeepPacketsToOthersFromLeaving() {
        Commands.Result result;
        try (Namespace namespace = Namespace.create()) {
            boolean network = namespace
                                    .run("ip", "link", "add", "a0", "type", "veth", "peer", "name", "b0")
                                    .code()
                            == 0
                    && namespace
                                    .run("ip", "address", "add", "10.66.0.1/24", "dev", "a0")
                                    .code()
                            == 0
                    && namespace.run("ip", "link", "set", "a0", "up").code() == 0
                    && namespace.run("ip", "link", "set", "b0", "up").code() == 0;
            Needs.met(network, "needs a kernel with veth");
            result = namespace.java(SilentNeighbours.class);
        }
        assertThat(result.output()).contains("TAKEN " + SilentNeighbours.HOSTS * SilentNeighbours.EACH + " true");
    }
}
