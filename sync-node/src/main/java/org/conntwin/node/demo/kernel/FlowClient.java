package org.conntwin.node.demo.kernel;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The client's end of the demo's flows, a program of its own: {@code FlowClient SEED INTERVAL-MICROS TCP-FLOWS UDP-FLOWS ADDRESS...}. Flows take the server's
 * addresses in turn.
 */
final class FlowClient extends FlowAgent {
    /** Connections under way at once: fewer than the server's accept queue holds. */
    private static final int MAX_CONNECTING = 256;

    private final int tcpFlows;
    private final int udpFlows;
    private final List<InetAddress> servers;
    private int opened;
    private int connecting;

    private FlowClient(
            long seed, long intervalNanos, int tcpFlows, int udpFlows, List<InetAddress> servers, PrintStream out)
            throws IOException {
        super(seed, intervalNanos, out);
        this.tcpFlows = tcpFlows;
        this.udpFlows = udpFlows;
        this.servers = servers;
    }

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        java.util.ArrayList<InetAddress> servers = new java.util.ArrayList<>();
        for (String address : List.of(args).subList(4, args.length)) {
            servers.add(InetAddress.ofLiteral(address));
        }
        new FlowClient(
                        Long.parseLong(args[0]),
                        Long.parseLong(args[1]) * 1_000,
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        servers,
                        out)
                .run();
    }

    @Override
    void round(long nowNanos) throws IOException {
        while (opened < tcpFlows + udpFlows && connecting < MAX_CONNECTING) {
            InetSocketAddress server = new InetSocketAddress(servers.get(opened % servers.size()), FlowServer.PORT);
            if (opened < tcpFlows) {
                connect(opened, server, nowNanos);
            } else {
                talk(opened, server, nowNanos);
            }
            opened++;
        }
    }

    @Override
    void ready(SelectionKey key, long nowNanos) throws IOException {
        if (key.attachment() instanceof TcpFlow flow) {
            if (key.isConnectable()) {
                finishConnect(key, flow, nowNanos);
            } else {
                flow.receive(scratch, nowNanos);
            }
        } else if (key.attachment() instanceof UdpFlow flow) {
            receive(key, flow, nowNanos);
        }
    }

    private void connect(int id, InetSocketAddress server, long nowNanos) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        TcpFlow flow = TcpFlow.connecting(channel, seed, id, nowNanos);
        channel.configureBlocking(false).register(selector, SelectionKey.OP_CONNECT, flow);
        add(flow);
        connecting++;
        channel.connect(server);
    }

    private void finishConnect(SelectionKey key, TcpFlow flow, long nowNanos) {
        connecting--;
        try {
            ((SocketChannel) key.channel()).finishConnect();
        } catch (IOException e) {
            // The flow stays in OPENING, which the demo reports as not established.
            key.cancel();
            return;
        }
        key.interestOps(SelectionKey.OP_READ);
        flow.connected();
        pace(flow, nowNanos);
    }

    private void talk(int id, InetSocketAddress server, long nowNanos) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.connect(server);
        UdpFlow flow = new UdpFlow(channel, server, seed, id, true, nowNanos);
        channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, flow);
        add(flow);
        pace(flow, nowNanos);
    }

    private void receive(SelectionKey key, UdpFlow flow, long nowNanos) throws IOException {
        try {
            if (((DatagramChannel) key.channel()).receive(scratch.clear()) != null
                    && UdpFlow.idOf(scratch.flip()) >= 0) {
                flow.receive(scratch, nowNanos);
            }
        } catch (PortUnreachableException e) {
            flow.refused();
        }
    }
}
