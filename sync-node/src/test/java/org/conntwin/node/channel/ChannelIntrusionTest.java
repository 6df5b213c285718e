package org.conntwin.node.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.conntwin.node.fake.TestPorts;
import org.junit.jupiter.api.Test;

class ChannelIntrusionTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.192.77.9");
    private static final InetAddress A = InetAddress.ofLiteral("127.0.0.1");

    /** Frames of the running cluster, as an eavesdropper gets them. */
    private static List<byte[]> record(MulticastSocket ear, int frames) throws IOException {
        List<byte[]> recording = new ArrayList<>();
        DatagramPacket packet = new DatagramPacket(new byte[66_000], 66_000);
        while (recording.size() < frames) {
            try {
                ear.receive(packet);
            } catch (SocketTimeoutException e) {
                return recording;
            }
            recording.add(Arrays.copyOf(packet.getData(), packet.getLength()));
        }
        return recording;
    }

    private static MulticastSocket ear(int port) throws IOException {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(A);
        MulticastSocket ear = new MulticastSocket(new InetSocketAddress(GROUP, port));
        ear.joinGroup(new InetSocketAddress(GROUP, port), loopback);
        ear.setSoTimeout(1_000);
        return ear;
    }

    @Test
    void shouldCountAndOutliveEverythingThrownAtItsUdpPorts() throws Exception {
        int port = TestPorts.next();
        Optional<byte[]> key = Optional.of(TestNode.KEY);
        try (TestNode a = new TestNode(TestNode.udp("a", "127.0.0.1", port, key)).connect();
                TestNode b = new TestNode(TestNode.udp("b", "127.0.0.2", port, key)).connect();
                MulticastSocket ear = ear(port);
                DatagramSocket mouth = new DatagramSocket(new InetSocketAddress(A, 0))) {
            mouth.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByInetAddress(A));
            await().until(() -> a.members().size() == 2 && b.members().size() == 2);
            for (int i = 0; i < 50; i++) {
                byte[] text = ("true " + i).getBytes(UTF_8);
                a.channel.multicast(text, 0, text.length, Delivery.RELIABLE);
            }
            List<byte[]> recording = record(ear, 10);
            assertThat(recording).hasSizeGreaterThan(2);
            Random random = new Random(3);
            int sent = 0;
            for (int round = 0; round < 300; round++) {
                byte[] original = recording.get(random.nextInt(recording.size()));
                byte[] flipped = original.clone();
                flipped[4 + random.nextInt(flipped.length - 4)] ^= (byte) (1 << random.nextInt(8));
                byte[] garbage = new byte[random.nextInt(1_400)];
                random.nextBytes(garbage);
                byte[] version = original.clone();
                version[2] = 99;
                for (byte[] bytes : List.of(
                        original,
                        flipped,
                        Arrays.copyOf(original, random.nextInt(original.length)),
                        garbage,
                        version,
                        Arrays.copyOf(original, 65_000))) {
                    mouth.send(new DatagramPacket(bytes, bytes.length, A, port));
                    mouth.send(new DatagramPacket(bytes, bytes.length, GROUP, port));
                    sent += 2;
                }
                byte[] text = ("after " + round).getBytes(UTF_8);
                a.channel.multicast(text, 0, text.length, Delivery.RELIABLE);
            }
            await().untilAsserted(() -> assertThat(b.texts).hasSize(350));
            assertThat(List.copyOf(b.texts).subList(50, 350))
                    .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 300)
                            .mapToObj(i -> "a:after " + i)
                            .toList());
            assertThat(a.members()).containsExactly("a", "b");
            assertThat(a.views).hasSize(2);
            assertThat(b.views).hasSize(1);
            System.out.println("FIGURE intrusion: " + sent + " hostile datagrams; b dropped " + b.channel.drops());
            for (DropCause cause : List.of(
                    DropCause.REPLAYED,
                    DropCause.FORGED,
                    DropCause.TRUNCATED,
                    DropCause.NOT_SEALED,
                    DropCause.VERSION)) {
                await().untilAsserted(() ->
                        assertThat(b.drops(cause)).as(cause.label()).isPositive());
            }
            assertThat(b.channel.counters()).containsEntry("listenerErrors", 0L);
        }
    }

    @Test
    void shouldOutliveStrangersOnItsTcpPort() throws Exception {
        int port = TestPorts.next();
        Optional<byte[]> key = Optional.of(TestNode.KEY);
        List<Socket> silent = new ArrayList<>();
        try (TestNode a = new TestNode(TestNode.tcp("a", "127.0.0.1", port, key)).connect()) {
            for (int i = 0; i < 80; i++) {
                silent.add(new Socket(A, port)); // more than the node keeps
            }
            for (byte[] bytes : List.of(
                    ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(),
                    ByteBuffer.allocate(4).putInt(-1).array(),
                    ByteBuffer.allocate(4).putInt(0).array(),
                    ByteBuffer.allocate(40).putInt(30).array(),
                    "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8))) {
                try (Socket stranger = new Socket(A, port)) {
                    OutputStream out = stranger.getOutputStream();
                    out.write(bytes);
                    stranger.setSoTimeout(2_000);
                    assertThat(stranger.getInputStream().read()).isEqualTo(-1);
                } catch (java.net.SocketException e) {
                    // a reset is as good an end
                }
            }
            long start = System.nanoTime();
            try (TestNode b = new TestNode(TestNode.tcp("b", "127.0.0.2", port, key)).connect()) {
                await().until(() -> a.members().size() == 2 && b.members().size() == 2);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
                a.channel.multicast("true".getBytes(UTF_8), 0, 4, Delivery.RELIABLE);
                await().untilAsserted(() -> assertThat(b.texts).containsExactly("a:true"));
            }
            assertThat(a.drops(DropCause.OVERSIZED)).isEqualTo(3);
            assertThat(a.drops(DropCause.TRUNCATED)).isEqualTo(1);
            assertThat(a.drops(DropCause.NOT_SEALED)).isEqualTo(1);
            assertThat(a.drops(DropCause.CONNECTION_REFUSED)).isPositive();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }
}
