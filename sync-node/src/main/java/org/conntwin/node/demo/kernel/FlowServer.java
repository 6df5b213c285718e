package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.conntwin.node.demo.flow.FlowReport;
import org.conntwin.node.demo.stage.DemoOptions;

/** The server's end of the demo's flows, a program of its own: {@code FlowServer SEED INTERVAL-MICROS}. Says {@code LISTENING} when clients may come. */
final class FlowServer extends FlowAgent {
    /** The port of both protocols. */
    static final int PORT = 7777;

    /** More than the demo ever opens: what comes above is refused. */
    private static final int MAX_FLOWS = 2 * DemoOptions.MAX_FLOWS;

    private static final int ACCEPTS_PER_ROUND = 256;
    private static final int DATAGRAMS_PER_ROUND = 256;

    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final DatagramChannel datagrams = DatagramChannel.open();
    private final Map<SocketAddress, UdpFlow> peers = new HashMap<>();

    private FlowServer(long seed, long intervalNanos, PrintStream out) throws IOException {
        super(seed, intervalNanos, out);
        listener.bind(new InetSocketAddress(PORT), 4096);
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        datagrams.setOption(StandardSocketOptions.SO_RCVBUF, 4 * 1024 * 1024);
        datagrams.bind(new InetSocketAddress(PORT));
        datagrams.configureBlocking(false).register(selector, SelectionKey.OP_READ);
    }

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        FlowServer server = new FlowServer(Long.parseLong(args[0]), Long.parseLong(args[1]) * 1_000, out);
        server.say("LISTENING");
        server.run();
    }

    @Override
    void ready(SelectionKey key, long nowNanos) throws IOException {
        if (key.isAcceptable()) {
            accept(nowNanos);
        } else if (key.attachment() instanceof TcpFlow flow) {
            boolean opening = flow.state() == FlowReport.State.OPENING;
            flow.receive(scratch, nowNanos);
            if (opening && flow.state() == FlowReport.State.OPEN) {
                pace(flow, nowNanos);
            }
        } else {
            receiveDatagrams(nowNanos);
        }
    }

    @Override
    void round(long nowNanos) {
        // The server only answers.
    }

    private void accept(long nowNanos) throws IOException {
        for (int i = 0; i < ACCEPTS_PER_ROUND; i++) {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            if (flows.size() >= MAX_FLOWS) {
                channel.close();
                return;
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            TcpFlow flow = TcpFlow.accepted(channel, seed, nowNanos);
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, flow);
            add(flow);
        }
    }

    private void receiveDatagrams(long nowNanos) throws IOException {
        for (int i = 0; i < DATAGRAMS_PER_ROUND; i++) {
            SocketAddress peer = datagrams.receive(scratch.clear());
            if (peer == null) {
                return;
            }
            int id = UdpFlow.idOf(scratch.flip());
            UdpFlow flow = peers.get(peer);
            if (flow == null && id >= 0 && flows.size() < MAX_FLOWS) {
                flow = new UdpFlow(datagrams, peer, seed, id, false, nowNanos);
                peers.put(peer, flow);
                add(flow);
                pace(flow, nowNanos);
            }
            if (flow != null && id >= 0) {
                flow.receive(scratch, nowNanos);
            }
        }
    }
}
