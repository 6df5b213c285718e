package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.conntwin.node.fake.TestPorts;
import org.jgroups.JChannel;
import org.jgroups.protocols.Bundler;
import org.jgroups.protocols.NoBundler;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.TransferQueueBundler;
import org.jgroups.util.PassRegularMessagesUpDirectly;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StackTest {
    /** JGroups has names of parts beside the parts, and the names win: what was set has to be what runs. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void messagesAreDeliveredByTheThreadThatReadsThem(Transport transport) throws Exception {
        ChannelSettings settings =
                TestNode.of(transport, "fw1", "127.0.0.1", TestPorts.next(), Optional.of(TestNode.KEY));
        try (JChannel channel = new JChannel(new Stack(settings, new Drops(System::nanoTime)).protocols())) {
            channel.connect("stack");
            TP running = channel.getProtocolStack().getTransport();
            assertThat(running.msgProcessingPolicy()).isInstanceOf(PassRegularMessagesUpDirectly.class);
            Class<? extends Bundler> sending =
                    transport == Transport.TCP ? TransferQueueBundler.class : NoBundler.class;
            assertThat(running.getBundler()).isInstanceOf(sending);
        }
    }
}
