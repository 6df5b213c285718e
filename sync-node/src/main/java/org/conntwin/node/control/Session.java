package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.conntwin.node.control.ControlServer.Limits;
import org.jspecify.annotations.Nullable;

/** One client on the event loop: waits for its request, hands it to a worker, passes input on. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class Session extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = System.getLogger(Session.class.getName());

    private final CommandHandler handler;
    private final Permissions permissions;
    private final Executor workers;
    private final Limits limits;
    private final DropCounts drops;
    private @Nullable Future<?> deadline;
    private @Nullable SessionInput input;
    private @Nullable SessionOutput output;
    private boolean inputEnded;
    private boolean refused;

    Session(CommandHandler handler, Permissions permissions, Executor workers, Limits limits, DropCounts drops) {
        this.handler = handler;
        this.permissions = permissions;
        this.workers = workers;
        this.limits = limits;
        this.drops = drops;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> drop(context.channel(), DropCounts.IDLE),
                        limits.requestWait().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        if (!context.channel().isActive() || refused) {
            return;
        }
        byte type = frame.readByte();
        SessionInput running = input;
        if (running == null && type == Frame.REQUEST) {
            request(context.channel(), frame);
        } else if (running != null && type == Frame.INPUT && !inputEnded && frame.isReadable()) {
            running.add(ByteBufUtil.getBytes(frame));
        } else if (running != null && type == Frame.INPUT_END && !inputEnded && !frame.isReadable()) {
            inputEnded = true;
            running.end();
        } else {
            drop(context.channel(), DropCounts.MALFORMED);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (output != null) {
            output.wake();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (input != null) {
            input.gone();
        }
        if (output != null) {
            output.wake();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset by the client is its right; anything else is worth a line.
        LOG.log(cause instanceof IOException ? Level.DEBUG : Level.WARNING, "control client dropped", cause);
        context.close();
    }

    private void request(Channel channel, ByteBuf frame) {
        List<String> arguments = arguments(frame);
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            drop(channel, DropCounts.MALFORMED);
            return;
        }
        if (deadline != null) {
            deadline.cancel(false);
        }
        String refusal = permissions.refusal(channel, arguments);
        if (refusal != null) {
            refused = true;
            drops.count(DropCounts.NOT_PERMITTED);
            Refusal.write(channel, refusal);
            return;
        }
        SessionInput commandInput = new SessionInput(
                new SessionInput.Source() {
                    @Override
                    public void reading(boolean on) {
                        channel.config().setAutoRead(on);
                    }

                    @Override
                    public void drop(String cause) {
                        Session.this.drop(channel, cause);
                    }
                },
                limits.inputWait());
        SessionOutput commandOutput = new SessionOutput(channel, limits.readWait(), drops);
        input = commandInput;
        output = commandOutput;
        var alive = channel.eventLoop()
                .scheduleAtFixedRate(
                        commandOutput::alive, Frame.ALIVE_MILLIS, Frame.ALIVE_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> alive.cancel(false));
        try {
            workers.execute(() -> work(arguments, commandInput, commandOutput));
        } catch (RejectedExecutionException e) {
            // Workers of clients that went away may still be busy with their command.
            Refusal.tooMany(channel, drops);
        }
    }

    private void work(List<String> arguments, SessionInput commandInput, SessionOutput commandOutput) {
        try {
            commandOutput.exit(run(arguments, commandInput, commandOutput));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "client of " + arguments.getFirst() + " left: " + e.getMessage());
        } catch (InterruptedException e) {
            // The server closes, and this worker with it.
            Thread.currentThread().interrupt();
        }
    }

    private int run(List<String> arguments, SessionInput commandInput, SessionOutput commandOutput)
            throws IOException, InterruptedException {
        try {
            return handler.handle(arguments, commandInput, commandOutput);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "command " + arguments.getFirst() + " failed", e);
            commandOutput.error("the node failed on '" + arguments.getFirst() + "' ("
                    + e.getClass().getSimpleName() + "); its log says more");
            return 1;
        }
    }

    private void drop(Channel channel, String cause) {
        if (channel.isActive()) {
            drops.count(cause);
            channel.close();
        }
    }

    /** The arguments, or none when the bytes are not UTF-8. */
    private static List<String> arguments(ByteBuf frame) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(frame)))
                    .toString();
            return List.of(text.split("\0", -1));
        } catch (CharacterCodingException e) {
            return List.of();
        }
    }
}
