package org.conntwin.node.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves {@link Pages} to at most {@value #CLIENTS} clients at once; more are cut off and counted. A client whose
 * next request is not whole, or whose answer is not taken, within {@value #PATIENCE_SECONDS} s is, too, however busy it keeps
 * the connection. Request lines and headers are bounded, bodies refused. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
public final class HttpServer implements AutoCloseable {
    private static final int CLIENTS = 32;
    private static final int PATIENCE_SECONDS = 15;
    private static final int LINE_BYTES = 2_048;
    private static final int HEADER_BYTES = 8_192;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http-io", true), NioIoHandler.newFactory());
    private final AtomicInteger places = new AtomicInteger();
    private final Requests requests = new Requests();
    private final Pages pages;
    private final long patienceMillis;
    private final Channel listener;

    private HttpServer(InetSocketAddress address, Pages pages, long patienceMillis) throws HttpException {
        this.pages = pages;
        this.patienceMillis = patienceMillis;
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 64)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        admit(client);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new HttpException("http.address " + address.getAddress().getHostAddress() + " port "
                    + address.getPort() + " cannot be served on ("
                    + (cause == null ? "not bound" : cause.getMessage())
                    + "): choose another one, or leave http out to turn it off");
        }
        listener = bound.channel();
    }

    /** Opens the port and serves until it is closed. */
    public static HttpServer open(InetSocketAddress address, Pages pages) throws HttpException {
        return open(address, pages, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    static HttpServer open(InetSocketAddress address, Pages pages, long patienceMillis) throws HttpException {
        return new HttpServer(address, pages, patienceMillis);
    }

    /** The port, also when the system chose it. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /**
     * Requests since the start by what became of them: {@code served}, {@code notFound}, {@code refused},
     * {@code malformed}, {@code failed}, {@code slow}, {@code tooManyClients}.
     */
    public Map<String, Long> counters() {
        return requests.snapshot();
    }

    /** How long a request line and headers may be. */
    static HttpDecoderConfig limits() {
        return new HttpDecoderConfig().setMaxInitialLineLength(LINE_BYTES).setMaxHeaderSize(HEADER_BYTES);
    }

    private void admit(Channel client) {
        if (places.incrementAndGet() > CLIENTS) {
            places.decrementAndGet();
            requests.tooManyClients.increment();
            client.close();
            return;
        }
        client.closeFuture().addListener(_ -> places.decrementAndGet());
        RequestHandler handler = new RequestHandler(pages, requests, patienceMillis);
        client.pipeline().addLast(handler.bytes(), new HttpServerCodec(limits()), handler);
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1_000);
    }
}
