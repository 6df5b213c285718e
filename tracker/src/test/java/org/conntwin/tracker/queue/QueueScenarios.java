package org.conntwin.tracker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a queue does on a real kernel: datagrams to one port of the loopback device wait in it. To be started within a
 * namespace that has the rule, as {@link PacketQueueTest} does.
 */
public final class QueueScenarios {
    static final String PASSED = "PASSED ";
    static final String FAILED = "FAILED ";
    static final int PORT = 5077;
    static final int QUEUE = 77;

    private static final int SOON = 2_000;
    private static final int HEADERS = 28;

    private interface Scenario {
        void run(Datagrams datagrams) throws Exception;
    }

    private QueueScenarios() {}

    /** Exits 1 when a scenario failed. */
    public static void main(String[] arguments) throws IOException {
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("whatIsAcceptedArrivesAndWhatIsDroppedDoesNot", QueueScenarios::verdicts);
        scenarios.put("aPayloadCanBeReplaced", QueueScenarios::payload);
        scenarios.put("oneVerdictLetsManyGo", QueueScenarios::batch);
        scenarios.put("withoutAListenerPacketsPass", QueueScenarios::bypass);
        scenarios.put("aFullQueueLetsPassOrDropsAsSet", QueueScenarios::full);
        scenarios.put("aQueueThatIsOpenElsewhereIsRefused", QueueScenarios::taken);
        scenarios.put("verdictsThatTheKernelDidNotTakeComeBeforeLaterOnes", QueueScenarios::refusedSending);
        scenarios.put("whereVerdictsFindNoRoomNothingIsLetGo", QueueScenarios::refusedUntilFull);
        scenarios.put("nothingIsLostWhenAQueueIsGivenUpUnderTraffic", QueueScenarios::givenUp);
        boolean failed = false;
        for (Map.Entry<String, Scenario> scenario : scenarios.entrySet()) {
            try (Datagrams datagrams = new Datagrams()) {
                scenario.getValue().run(datagrams);
                System.out.println(PASSED + scenario.getKey());
            } catch (Exception | AssertionError cause) {
                failed = true;
                System.out.println(
                        FAILED + scenario.getKey() + " " + String.valueOf(cause).replaceAll("\\s+", " "));
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static QueueSettings settings(int packets, int copy, boolean failOpen) {
        return new QueueSettings(QUEUE, packets, copy, failOpen, true, 1 << 20);
    }

    /** Receives until so many packets came; their ids. */
    private static List<Integer> take(PacketQueue queue, List<Integer> ids, int count) {
        for (int tries = 0; tries < 20 && ids.size() < count; tries++) {
            queue.receive(100);
        }
        assertThat(ids).hasSize(count);
        return ids;
    }

    private static void verdicts(Datagrams datagrams) throws Exception {
        List<Integer> ids = new ArrayList<>();
        try (PacketQueue queue = PacketQueue.open(settings(16, 0, false), packet -> {
            assertThat(packet.hook()).isZero();
            assertThat(packet.protocol()).isEqualTo(0x800);
            assertThat(packet.inDevice()).isEqualTo(1);
            assertThat(packet.length()).isZero();
            ids.add(packet.id());
        })) {
            datagrams.send("one");
            datagrams.send("two");
            datagrams.send("three");
            take(queue, ids, 3);
            queue.drop(ids.get(1));
            queue.accept(ids.get(2), 5);
            queue.accept(ids.get(0));
            queue.flush();
            assertThat(datagrams.receive()).isEqualTo("three");
            assertThat(datagrams.receive()).isEqualTo("one");
            assertThat(datagrams.nothingMore()).isTrue();
            assertThat(queue.received()).isEqualTo(3);
            queue.accept(ids.get(1));
            queue.flush();
            queue.receive(100);
            assertThat(queue.refused()).as("it waits no more").isEqualTo(1);
        }
    }

    private static void payload(Datagrams datagrams) throws Exception {
        List<Integer> ids = new ArrayList<>();
        ByteBuffer copy = ByteBuffer.allocate(1500);
        int[] length = {0};
        try (PacketQueue queue = PacketQueue.open(settings(16, 0xffff, false), packet -> {
            ids.add(packet.id());
            length[0] = packet.length();
            copy.put(0, packet.buffer(), packet.offset(), packet.length());
        })) {
            datagrams.send("hello");
            take(queue, ids, 1);
            assertThat(length[0]).isEqualTo(HEADERS + 5);
            copy.putShort(26, (short) 0); // no checksum, as its bytes change
            copy.put(HEADERS, (byte) 'j');
            queue.accept(ids.getFirst(), 0, copy, 0, length[0]);
            queue.flush();
            assertThat(datagrams.receive()).isEqualTo("jello");
        }
    }

    private static void batch(Datagrams datagrams) throws Exception {
        List<Integer> ids = new ArrayList<>();
        try (PacketQueue queue = PacketQueue.open(settings(100, 0, false), packet -> ids.add(packet.id()))) {
            for (int i = 0; i < 50; i++) {
                datagrams.send("n" + i);
            }
            take(queue, ids, 50);
            queue.acceptUpTo(ids.get(39));
            queue.dropUpTo(ids.get(49));
            queue.flush();
            for (int i = 0; i < 40; i++) {
                assertThat(datagrams.receive()).isEqualTo("n" + i);
            }
            assertThat(datagrams.nothingMore()).isTrue();
        }
    }

    /** The kernel refuses one that is longer than the socket's send buffer. */
    private static final int SHORT_SEND = 5_000;

    private static final int ENOUGH_SEND = 1 << 18;

    private static void refusedSending(Datagrams datagrams) throws Exception {
        List<Integer> ids = new ArrayList<>();
        try (PacketQueue queue = PacketQueue.open(settings(100, 0, false), packet -> ids.add(packet.id()))) {
            for (int i = 0; i < 3; i++) {
                datagrams.send("n" + i);
            }
            take(queue, ids, 3);
            queue.sendBuffer(SHORT_SEND);
            queue.drop(ids.getFirst());
            queue.accept(ids.get(1), 0, ByteBuffer.allocate(2 * SHORT_SEND), 0, 2 * SHORT_SEND);
            queue.flush();
            assertThat(queue.refused()).isEqualTo(1);
            assertThat(datagrams.nothingMore()).isTrue();
            queue.sendBuffer(ENOUGH_SEND);
            queue.acceptUpTo(ids.get(2));
            queue.flush();
            assertThat(datagrams.receive()).isEqualTo("n2");
            assertThat(datagrams.nothingMore()).isTrue();

            datagrams.send("later");
            take(queue, ids, 4);
            queue.sendBuffer(SHORT_SEND);
            for (int i = 0; i < 400; i++) {
                queue.accept(ids.get(3));
            }
            queue.flush();
            assertThat(datagrams.nothingMore()).isTrue();
            queue.sendBuffer(ENOUGH_SEND);
            queue.receive(0);
            assertThat(datagrams.receive())
                    .as("sent again without another verdict")
                    .isEqualTo("later");
        }
    }

    private static void refusedUntilFull(Datagrams datagrams) throws Exception {
        List<Integer> ids = new ArrayList<>();
        try (PacketQueue queue = PacketQueue.open(settings(100, 0, false), packet -> ids.add(packet.id()))) {
            for (int i = 0; i < 3; i++) {
                datagrams.send("n" + i);
            }
            take(queue, ids, 3);
            queue.sendBuffer(SHORT_SEND);
            queue.drop(ids.getFirst());
            for (int i = 0; i < 20; i++) {
                queue.accept(ids.get(1), 0, ByteBuffer.allocate(2 * SHORT_SEND), 0, 2 * SHORT_SEND);
            }
            queue.flush();
            assertThat(datagrams.nothingMore()).isTrue();
            queue.sendBuffer(ENOUGH_SEND);
            datagrams.send("later");
            take(queue, ids, 4);
            queue.acceptUpTo(ids.get(3));
            queue.flush();
            assertThat(datagrams.receive()).isEqualTo("later");
            assertThat(datagrams.nothingMore()).isTrue();
        }
    }

    private static void bypass(Datagrams datagrams) throws Exception {
        datagrams.send("free");
        assertThat(datagrams.receive()).isEqualTo("free");
    }

    private static void full(Datagrams datagrams) throws Exception {
        for (boolean failOpen : new boolean[] {true, false}) {
            List<Integer> ids = new ArrayList<>();
            try (PacketQueue queue = PacketQueue.open(settings(2, 0, failOpen), packet -> ids.add(packet.id()))) {
                for (int i = 0; i < 5; i++) {
                    datagrams.send("n" + i);
                }
                for (int i = 2; i < 5 && failOpen; i++) {
                    assertThat(datagrams.receive()).isEqualTo("n" + i);
                }
                take(queue, ids, 2);
                queue.acceptUpTo(ids.get(1));
                queue.flush();
                assertThat(datagrams.receive()).isEqualTo("n0");
                assertThat(datagrams.receive()).isEqualTo("n1");
                assertThat(datagrams.nothingMore()).isTrue();
            }
        }
    }

    private static void taken(Datagrams datagrams) {
        try (PacketQueue queue = PacketQueue.open(settings(2, 0, true), packet -> {})) {
            assertThatThrownBy(() -> PacketQueue.open(settings(2, 0, true), packet -> {}))
                    .isInstanceOf(QueueException.class)
                    .hasMessageContaining("another program has it open");
            assertThat(queue.received()).isZero();
        }
    }

    private static void givenUp(Datagrams datagrams) throws Exception {
        AtomicBoolean sending = new AtomicBoolean(true);
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger arrived = new AtomicInteger();
        Thread receiver = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    datagrams.receive();
                    arrived.incrementAndGet();
                }
            } catch (IOException over) {
                // Nothing came for a while: all that arrives has arrived.
            }
        });
        Thread sender = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (sending.get()) {
                    datagrams.send("n" + sent.incrementAndGet());
                    Thread.sleep(0, 50_000);
                }
            } catch (IOException | InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
        long held = 0;
        for (int round = 0; round < 100; round++) {
            try (PacketQueue queue = PacketQueue.open(settings(4096, 0, true), packet -> {})) {
                queue.receive(20);
                queue.receive(20);
                queue.passAll();
                held += queue.received();
            }
        }
        sending.set(false);
        sender.join();
        receiver.join();
        assertThat(held).isPositive();
        assertThat(arrived.get()).isEqualTo(sent.get());
    }

    /** Sends to the port and receives there. */
    private static final class Datagrams implements AutoCloseable {
        private final DatagramSocket target;
        private final DatagramSocket source = new DatagramSocket();
        private final byte[] room = new byte[100];

        Datagrams() throws IOException {
            target = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT));
            target.setReceiveBufferSize(1 << 20);
            target.setSoTimeout(SOON);
        }

        void send(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            source.send(new DatagramPacket(bytes, bytes.length, target.getLocalSocketAddress()));
        }

        String receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            target.receive(packet);
            return new String(room, 0, packet.getLength(), StandardCharsets.US_ASCII);
        }

        boolean nothingMore() throws IOException {
            target.setSoTimeout(100);
            try {
                receive();
                return false;
            } catch (SocketTimeoutException nothing) {
                return true;
            } finally {
                target.setSoTimeout(SOON);
            }
        }

        @Override
        public void close() {
            source.close();
            target.close();
        }
    }
}
