package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.conntwin.node.fake.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelMembershipTest {
    private static final Optional<byte[]> KEY = Optional.of(TestNode.KEY);

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldRefuseTheNameOfALivingMember(Transport transport) throws Exception {
        int port = TestPorts.next();
        try (TestNode a = new TestNode(TestNode.of(transport, "a", "127.0.0.1", port, KEY)).connect();
                TestNode b = new TestNode(TestNode.of(transport, "b", "127.0.0.2", port, KEY)).connect();
                TestNode second = new TestNode(TestNode.of(transport, "b", "127.0.0.3", port, KEY));
                TestNode third = new TestNode(TestNode.of(transport, "a", "127.0.0.3", port, KEY))) {
            await().until(() -> a.members().size() == 2 && b.members().size() == 2);
            assertThatThrownBy(second::connect)
                    .isInstanceOf(ChannelException.class)
                    .hasMessage(
                            "node name b is already used by the member at 127.0.0.2; give each node its own `node:`");
            assertThatThrownBy(third::connect)
                    .isInstanceOf(ChannelException.class)
                    .hasMessage(
                            "node name a is already used by the member at 127.0.0.1; give each node its own `node:`");
            assertThat(a.members()).containsExactly("a", "b");
            assertThat(a.views).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldNotSeeNodesWithAnotherKeyOrNone(Transport transport) throws Exception {
        int port = TestPorts.next();
        try (TestNode a = new TestNode(TestNode.of(transport, "a", "127.0.0.1", port, KEY)).connect();
                TestNode b = new TestNode(TestNode.of(transport, "b", "127.0.0.2", port, Optional.of(TestNode.key(9))))
                        .connect();
                TestNode c = new TestNode(TestNode.of(transport, "c", "127.0.0.3", port, Optional.empty())).connect()) {
            await().untilAsserted(() -> {
                assertThat(a.drops(DropCause.FORGED)).isPositive();
                assertThat(a.drops(DropCause.NOT_SEALED)).isPositive();
                assertThat(c.drops(DropCause.SEALED)).isPositive();
            });
            assertThat(List.of(a.members(), b.members(), c.members()))
                    .containsExactly(List.of("a"), List.of("b"), List.of("c"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldLeavePolitelyAndComeBack(Transport transport) throws Exception {
        int port = TestPorts.next();
        try (TestNode a = new TestNode(TestNode.of(transport, "a", "127.0.0.1", port, KEY)).connect()) {
            for (int round = 0; round < 2; round++) {
                try (TestNode b = new TestNode(TestNode.of(transport, "b", "127.0.0.2", port, KEY)).connect()) {
                    await().until(() -> a.members().size() == 2 && b.members().size() == 2);
                }
                await().until(() -> a.members().size() == 1);
            }
            assertThat(a.views).hasSize(5);
        }
    }

    @Test
    void shouldSayWhatToChangeWhenItCannotOpen() throws Exception {
        int port = TestPorts.next();
        for (Transport transport : Transport.values()) {
            try (TestNode far = new TestNode(TestNode.of(transport, "a", "192.0.2.1", port, KEY))) {
                assertThatThrownBy(far::connect)
                        .isInstanceOf(ChannelException.class)
                        .hasMessage("no interface of this machine has the address 192.0.2.1; change `bind-address:`");
            }
        }
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
                TestNode late = new TestNode(TestNode.tcp("a", "127.0.0.1", taken.getLocalPort(), KEY))) {
            assertThatThrownBy(late::connect)
                    .isInstanceOf(ChannelException.class)
                    .hasMessage(
                            "TCP port " + port + " on 127.0.0.1 is in use; stop the other program or change `port:`");
        }
    }
}
