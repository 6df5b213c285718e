package org.conntwin.node.demo.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.node.demo.endpoint.SimulatedNetwork.MILLI;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.demo.endpoint.SimulatedNetwork.Peer;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpEndpointTest {
    private static final long SECOND = 1_000 * MILLI;
    private static final Line.Quality BAD = new Line.Quality(0.05, 0.02, 0.05, 30 * MILLI);

    @Test
    void shouldConnectTransferBothWaysAndEndInOrderWithoutSendingAnythingTwice() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        Peer client = network.connect(SimulatedNetwork.tuple(4_000), StackOptions.USUAL);
        assertThat(network.runUntil(() -> client.established, SECOND)).isTrue();
        client.write(300_000);
        network.runUntil(() -> network.server(client).established, SECOND);
        Peer server = network.server(client);
        server.write(200_000);

        assertThat(network.runUntil(() -> server.received == 300_000 && client.received == 200_000, 10 * SECOND))
                .isTrue();
        client.finish();
        assertThat(network.runUntil(() -> client.closed && server.closed, SECOND))
                .isTrue();

        assertThat(client.corrupted || server.corrupted).isFalse();
        assertThat(client.endpoint().state()).isEqualTo(TcpEndpoint.State.TIME_WAIT);
        assertThat(server.endpoint().state()).isEqualTo(TcpEndpoint.State.CLOSED);
        assertThat(client.endpoint().retransmissions() + server.endpoint().retransmissions())
                .isZero();
        assertThat(network.clients.damaged() + network.hosts.damaged()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldDeliverEveryByteOnceAndInOrderOverABadLine(long seed) {
        SimulatedNetwork network = new SimulatedNetwork(BAD, seed);
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // With and without window scaling, with and without selective acknowledgements.
            StackOptions options = new StackOptions(1_460, i % 2 == 0 ? 7 : -1, i % 4 < 2, 128 << 10, SECOND);
            clients.add(network.connect(SimulatedNetwork.tuple(4_000 + i), options));
        }
        assertThat(network.runUntil(
                        () -> clients.stream().allMatch(c -> c.established && network.server(c).established),
                        60 * SECOND))
                .isTrue();
        clients.forEach(client -> {
            client.write(100_000);
            network.server(client).write(100_000);
        });
        assertThat(network.runUntil(
                        () -> clients.stream()
                                .allMatch(c -> c.received == 100_000 && network.server(c).received == 100_000),
                        600 * SECOND))
                .isTrue();
        clients.forEach(Peer::finish);
        assertThat(network.runUntil(
                        () -> clients.stream().allMatch(c -> c.closed && network.server(c).closed), 60 * SECOND))
                .isTrue();

        assertThat(clients).noneMatch(c -> c.corrupted || c.reset);
        assertThat(clients).noneMatch(c -> network.server(c).corrupted || network.server(c).reset);
        assertThat(clients.stream()
                        .mapToLong(c -> c.endpoint().retransmissions())
                        .sum())
                .isPositive();
        assertThat(network.toServer.lost()).isPositive();
        assertThat(network.toServer.doubled()).isPositive();
        assertThat(network.toServer.delayed()).isPositive();
    }

    @Test
    void shouldAnswerALossWithDuplicateAcknowledgementsThatNameWhatCame() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        Peer client = network.connect(SimulatedNetwork.tuple(4_000), StackOptions.USUAL);
        network.runUntil(() -> client.established, SECOND);
        network.cut = true;
        client.write(1_460);
        network.cut = false;
        int before = network.seen.size();
        client.write(5 * 1_460);
        long sentAt = network.now;
        Peer server = network.server(client);
        assertThat(network.runUntil(() -> server.received == 6 * 1_460, SECOND)).isTrue();

        assertThat(network.now - sentAt)
                .as("sooner than any timeout: by duplicate acknowledgements")
                .isLessThan(100 * MILLI);
        assertThat(client.endpoint().retransmissions()).isEqualTo(1);
        assertThat(network.seen.subList(before, network.seen.size()))
                .as("selective acknowledgements")
                .anyMatch(packet -> packet.length == 20 + 20 + 12 && packet[20 + 20 + 2] == 5);
    }

    @Test
    void shouldWaitTwiceAsLongAfterEachTimeoutAndGoOnWhenTheLineIsBack() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        Peer client = network.connect(SimulatedNetwork.tuple(4_000), StackOptions.USUAL);
        network.runUntil(() -> client.established, SECOND);
        client.write(100);
        network.run(100 * MILLI);
        network.cut = true;
        client.write(100);
        network.run(1_500 * MILLI);
        assertThat(client.endpoint().retransmissions())
                .as("after 0.2, 0.6 and 1.4 s")
                .isEqualTo(3);
        network.cut = false;
        Peer server = network.server(client);
        assertThat(network.runUntil(() -> server.received == 200, 2 * SECOND)).isTrue();
    }

    @Test
    void shouldStopAtAClosedWindowAndGoOnWhenItOpens() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        network.serverOptions = new StackOptions(1_460, 2, true, 8_000, SECOND);
        Peer client = network.connect(SimulatedNetwork.tuple(4_000), StackOptions.USUAL);
        network.runUntil(() -> client.established && network.server(client).established, SECOND);
        Peer server = network.server(client);
        server.reading = false;
        client.write(20_000);
        network.run(10 * SECOND);
        assertThat(server.received).isLessThanOrEqualTo(8_000).isGreaterThan(7_000);
        server.reading = true;
        server.read();
        assertThat(network.runUntil(() -> server.received == 20_000, 10 * SECOND))
                .isTrue();
        assertThat(server.corrupted).isFalse();
    }

    @Test
    void shouldUseAPortAgainWithHigherNumbersWhileTheServerStillRemembersTheLastConnection() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        Tuple tuple = SimulatedNetwork.tuple(4_000);
        Peer first = network.connect(tuple, StackOptions.USUAL);
        network.runUntil(() -> first.established && network.server(first).established, SECOND);
        Peer server = network.server(first);
        server.finish();
        assertThat(network.runUntil(() -> first.closed && server.closed, SECOND))
                .isTrue();
        assertThat(server.endpoint().state()).isEqualTo(TcpEndpoint.State.TIME_WAIT);

        Peer second = network.connect(tuple, StackOptions.USUAL);
        assertThat(network.runUntil(() -> second.established, SECOND)).isTrue();
        second.write(1_000);
        Peer next = network.server(second);
        assertThat(network.runUntil(() -> next.received == 1_000, SECOND)).isTrue();
        assertThat(second.endpoint().retransmissions()).isZero();
    }

    @Test
    void shouldHearAResetOfAnAbortAndOfARefusal() {
        SimulatedNetwork network = new SimulatedNetwork(Line.Quality.PERFECT, 1);
        Peer client = network.connect(SimulatedNetwork.tuple(4_000), StackOptions.USUAL);
        network.runUntil(() -> client.established && network.server(client).established, SECOND);
        client.write(500);
        client.endpoint().abort(network.now);
        Peer server = network.server(client);
        assertThat(network.runUntil(() -> server.reset, SECOND)).isTrue();

        Tuple wrongPort = Tuple.ipv4(Protocol.TCP, 0x0a4d0102, 0x0a4d0202, 4_001, 81);
        Peer refused = network.connect(wrongPort, StackOptions.USUAL);
        assertThat(network.runUntil(() -> refused.reset, SECOND)).isTrue();
    }

    @Test
    void shouldSpeakIpv6() {
        SimulatedNetwork network = new SimulatedNetwork(BAD, 3);
        Tuple tuple = new Tuple(
                Family.IPV6,
                Protocol.TCP,
                0xfd77_0001_0000_0000L,
                2,
                0xfd77_0002_0000_0000L,
                2,
                4_000,
                SimulatedNetwork.PORT);
        Peer client = network.connect(tuple, StackOptions.USUAL);
        assertThat(network.runUntil(() -> client.established && network.servers.containsKey(tuple), 30 * SECOND))
                .isTrue();
        client.write(50_000);
        Peer server = network.server(client);
        assertThat(network.runUntil(() -> server.received == 50_000, 60 * SECOND))
                .isTrue();
        assertThat(server.corrupted).isFalse();
    }
}
