package org.conntwin.node.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.conntwin.node.fake.TestPorts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelRoundTripTest {
    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(Transport.MULTICAST, Optional.of(TestNode.KEY)),
                Arguments.of(Transport.MULTICAST, Optional.empty()),
                Arguments.of(Transport.TCP, Optional.of(TestNode.KEY)),
                Arguments.of(Transport.TCP, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldCarryMessagesBothWays(Transport transport, Optional<byte[]> key) throws Exception {
        int port = TestPorts.next();
        try (TestNode a = new TestNode(TestNode.of(transport, "a", "127.0.0.1", port, key));
                TestNode b = new TestNode(TestNode.of(transport, "b", "127.0.0.2", port, key))) {
            long start = System.nanoTime();
            a.connect();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            b.connect();
            await().atMost(5, java.util.concurrent.TimeUnit.SECONDS)
                    .until(() -> a.members().equals(List.of("a", "b")));
            assertThat(b.members()).containsExactly("a", "b");
            a.channel.multicast("hello all".getBytes(UTF_8), 0, 9, Delivery.RELIABLE);
            a.channel.multicast("figures".getBytes(UTF_8), 0, 7, Delivery.BEST_EFFORT);
            assertThat(b.channel.unicast("a", "only you".getBytes(UTF_8), Delivery.RELIABLE))
                    .isTrue();
            assertThat(b.channel.unicast("c", "nobody".getBytes(UTF_8), Delivery.RELIABLE))
                    .isFalse();
            await().untilAsserted(() -> assertThat(b.texts).containsExactlyInAnyOrder("a:hello all", "a:figures"));
            await().untilAsserted(() -> assertThat(a.texts).containsExactly("b:only you"));
            byte[] large = new byte[300_000];
            large[0] = 'x';
            a.channel.multicast(large, 0, large.length, Delivery.RELIABLE);
            await().untilAsserted(() -> assertThat(b.texts).anyMatch(text -> text.length() == large.length + 2));
            for (int i = 0; i < 20_000; i++) {
                a.channel.multicast(TestNode.numbered(i, 200), 0, 200, Delivery.RELIABLE);
            }
            await().untilAsserted(() -> assertThat(b.receivedFrom("a")).isEqualTo(20_003));
            assertThat(b.inOrder()).isTrue();
        }
    }
}
