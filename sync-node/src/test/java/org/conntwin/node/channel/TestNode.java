package org.conntwin.node.channel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A channel that records what it is told. */
final class TestNode implements ChannelListener, AutoCloseable {
    static final byte[] KEY = key(7);
    final String name;
    final JGroupsChannel channel;
    final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
    final List<View> views = Collections.synchronizedList(new ArrayList<>());
    final Map<String, AtomicLong> received = new ConcurrentHashMap<>();
    final Map<String, AtomicLong> disorder = new ConcurrentHashMap<>();
    final Map<String, AtomicLong> expected = new ConcurrentHashMap<>();

    TestNode(ChannelSettings settings) {
        this.name = settings.node();
        this.channel = new JGroupsChannel(settings, this);
    }

    static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    static ChannelSettings udp(String name, String host, int port, Optional<byte[]> key) {
        return settings(name, host, port, key, Transport.MULTICAST, List.of());
    }

    static ChannelSettings tcp(String name, String host, int port, Optional<byte[]> key) {
        return settings(
                name,
                host,
                port,
                key,
                Transport.TCP,
                List.of(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), port),
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), port)));
    }

    static ChannelSettings of(Transport transport, String name, String host, int port, Optional<byte[]> key) {
        return transport == Transport.TCP ? tcp(name, host, port, key) : udp(name, host, port, key);
    }

    private static ChannelSettings settings(
            String name,
            String host,
            int port,
            Optional<byte[]> key,
            Transport transport,
            List<InetSocketAddress> members) {
        return new ChannelSettings(
                name,
                "test",
                InetAddress.ofLiteral(host),
                transport,
                Optional.of(InetAddress.ofLiteral("239.192.77.9")),
                port,
                members,
                Keyring.of(key.stream().toList()),
                ChannelSettings.DEFAULT_DATAGRAM_BYTES);
    }

    TestNode connect() throws ChannelException {
        channel.connect();
        return this;
    }

    /** A payload of that size whose first 8 bytes are the number. */
    static byte[] numbered(long number, int bytes) {
        return ByteBuffer.allocate(bytes).putLong(0, number).array();
    }

    @Override
    public void received(String node, byte[] payload, int offset, int length) {
        received.computeIfAbsent(node, n -> new AtomicLong()).incrementAndGet();
        if (length < 8 || payload[offset] != 0) {
            texts.add(node + ":" + new String(payload, offset, length, java.nio.charset.StandardCharsets.UTF_8));
            return;
        }
        long number = ByteBuffer.wrap(payload, offset, 8).getLong();
        AtomicLong next = expected.computeIfAbsent(node, n -> new AtomicLong());
        if (next.getAndSet(number + 1) != number) {
            disorder.computeIfAbsent(node, n -> new AtomicLong()).incrementAndGet();
        }
    }

    long receivedFrom(String node) {
        AtomicLong count = received.get(node);
        return count == null ? 0 : count.get();
    }

    boolean inOrder() {
        return disorder.isEmpty();
    }

    @Override
    public void viewChanged(View view) {
        views.add(view);
    }

    List<String> members() {
        return channel.view().members().stream().sorted().toList();
    }

    long drops(DropCause cause) {
        return channel.drops().getOrDefault(cause.label(), 0L);
    }

    @Override
    public void close() {
        channel.close();
    }
}
