package org.conntwin.node.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.conntwin.node.fake.TestPorts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelKeyChangeTest {
    private final int port = TestPorts.next();

    private ChannelSettings settings(Transport transport, String name, String host) {
        return TestNode.of(transport, name, host, port, Optional.of(TestNode.KEY));
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindEachOtherAgainOnceAMistakenKeyIsPutRight(Transport transport) throws Exception {
        ChannelSettings first = settings(transport, "a", "127.0.0.1");
        ChannelSettings second = settings(transport, "b", "127.0.0.2");
        try (TestNode a = new TestNode(first).connect();
                TestNode b = new TestNode(second).connect()) {
            await().until(() -> a.members().size() == 2 && b.members().size() == 2);
            first.keys().replace(List.of(TestNode.key(99)));
            await().until(() -> a.members().size() == 1 && b.members().size() == 1);
            first.keys().replace(List.of(TestNode.KEY));
            await().until(() -> a.members().size() == 2 && b.members().size() == 2);
            byte[] text = "well".getBytes(UTF_8);
            a.channel.multicast(text, 0, text.length, Delivery.RELIABLE);
            b.channel.multicast(text, 0, text.length, Delivery.RELIABLE);
            await().until(() -> b.texts.contains("a:well") && a.texts.contains("b:well"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoseNeitherAMemberNorAMessageWhenTheKeysChange(Transport transport) throws Exception {
        ChannelSettings first = settings(transport, "a", "127.0.0.1");
        ChannelSettings second = settings(transport, "b", "127.0.0.2");
        byte[] before = TestNode.KEY;
        byte[] after = TestNode.key(99);
        try (TestNode a = new TestNode(first).connect();
                TestNode b = new TestNode(second).connect()) {
            await().until(() -> a.members().size() == 2 && b.members().size() == 2);
            int sent = 0;
            for (List<byte[]> keys : List.of(List.of(before, after), List.of(after, before), List.of(after))) {
                for (ChannelSettings turning : List.of(first, second)) {
                    turning.keys().replace(keys);
                    for (int i = 0; i < 200; i++) {
                        byte[] text = ("message " + sent++).getBytes(UTF_8);
                        a.channel.multicast(text, 0, text.length, Delivery.RELIABLE);
                    }
                    int all = sent;
                    await().until(() -> b.texts.size() == all);
                }
            }
            assertThat(List.copyOf(b.texts))
                    .containsExactlyElementsOf(IntStream.range(0, sent)
                            .mapToObj(i -> "a:message " + i)
                            .toList());
            assertThat(a.views).hasSize(2);
            assertThat(b.views).hasSize(1);
            assertThat(a.drops(DropCause.FORGED)).isZero();
            assertThat(b.drops(DropCause.FORGED)).isZero();
        }
    }
}
