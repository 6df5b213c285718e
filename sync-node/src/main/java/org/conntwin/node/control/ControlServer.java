package org.conntwin.node.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves commands on a Unix domain socket: all of them to its owner and root, those that read to a group as well. One event loop does the sockets; every command
 * runs on a worker thread. Clients, workers, frames and unsent output are bounded. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int UNSENT_LOW = 64 * 1024;
    private static final int UNSENT_HIGH = 256 * 1024;
    private static final long LAST_WORDS_MILLIS = 2_000;

    private final MultiThreadIoEventLoopGroup loop;
    private final ThreadPoolExecutor workers;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicInteger places = new AtomicInteger();
    private final DropCounts drops = new DropCounts();
    private final Limits limits;
    private final CommandHandler handler;

    /**
     * Bounds of a server.
     *
     * @param clients most clients at once
     * @param requestWait how long a client may take to send its request
     * @param inputWait how long a command waits for more input
     * @param readWait how long a client may read nothing while output waits
     */
    record Limits(int clients, Duration requestWait, Duration inputWait, Duration readWait) {
        // Half an hour of reading nothing: an operator's pager may well stand still for a while.
        static final Limits DEFAULT =
                new Limits(64, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(30));
    }

    private final SocketFile file;
    private final Channel listener;

    static {
        // Netty would look for a hardware address to name its channels with, and warn where only loopback is; nobody
        // outside this process ever sees those names.
        System.setProperty("io.netty.machineId", "02:00:00:00:00:01");
    }

    private ControlServer(Path socket, Access access, CommandHandler handler, Limits limits) throws ControlException {
        this.handler = handler;
        this.limits = limits;
        loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("control-io", true), NioIoHandler.newFactory());
        workers = new ThreadPoolExecutor(
                0,
                limits.clients(),
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("control-worker", true));
        Channel[] bound = new Channel[1];
        try {
            file = SocketFile.bind(socket, access.group(), address -> bound[0] = bind(socket, access, address));
            listener = bound[0];
        } catch (ControlException e) {
            if (bound[0] != null) {
                bound[0].close().syncUninterruptibly();
            }
            workers.shutdown();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /**
     * Opens the socket and starts to serve.
     *
     * @param socket where; its last folder is made when missing
     * @param access who may use it besides its owner and root
     * @param handler runs the commands
     * @return the server, serving
     * @throws ControlException with one line when the path is in use by a running node, too long or not writable
     */
    public static ControlServer open(Path socket, Access access, CommandHandler handler) throws ControlException {
        return open(socket, access, handler, Limits.DEFAULT);
    }

    static ControlServer open(Path socket, Access access, CommandHandler handler, Limits limits)
            throws ControlException {
        return new ControlServer(socket, access, handler, limits);
    }

    /**
     * Clients sent away since the start, by cause: {@code idle}, {@code malformed}, {@code not-permitted},
     * {@code oversized}, {@code too-many-clients}.
     *
     * @return a copy, every cause in it
     */
    public Map<String, Long> drops() {
        return drops.snapshot();
    }

    /**
     * Takes the socket away, gives running commands two seconds to finish their output, and ends. Not to be called
     * from a command. A second call does nothing.
     */
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        listener.close().syncUninterruptibly();
        try {
            file.remove();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "control socket not removed: " + e.getMessage());
        }
        workers.shutdown();
        try {
            if (!workers.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        // A loop that is told to end closes its channels before it runs what was handed to it: the last words have to
        // be out first. A reader that stands still loses them after the wait.
        loop.submit(() -> clients.close()).awaitUninterruptibly(LAST_WORDS_MILLIS);
        loop.shutdownGracefully(0, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(LAST_WORDS_MILLIS);
    }

    private Channel bind(Path socket, Access access, java.net.UnixDomainSocketAddress address) throws IOException {
        Path folder = Objects.requireNonNull(address.getPath().getParent());
        Permissions permissions = new Permissions(socket.toAbsolutePath().normalize(), access, folder);
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerDomainSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 128)
                // Few and small buffers: pools would cost more memory than all clients together.
                .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(UNSENT_LOW, UNSENT_HIGH))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        admit(client, permissions);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    bound.cause() == null ? "not bound" : bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    private void admit(Channel client, Permissions permissions) {
        if (places.incrementAndGet() > limits.clients()) {
            places.decrementAndGet();
            client.eventLoop().execute(() -> Refusal.tooMany(client, drops));
            return;
        }
        client.closeFuture().addListener(_ -> places.decrementAndGet());
        clients.add(client);
        client.pipeline().addLast(new FrameDecoder(drops), new Session(handler, permissions, workers, limits, drops));
    }
}
