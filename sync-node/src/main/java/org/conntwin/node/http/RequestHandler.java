package org.conntwin.node.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers GET and HEAD; anything else is refused, and what cannot be read ends the connection. So does asking on without
 * taking the answers: at most one waits here for each client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());

    private final Pages pages;
    private final Requests requests;
    private final long patienceMillis;
    private @Nullable ChannelFuture answered;
    private @Nullable Future<?> deadline;
    /** It has its answer and has sent nothing since: it may be silent, and is let go without a word. */
    private boolean resting;

    RequestHandler(Pages pages, Requests requests, long patienceMillis) {
        this.pages = pages;
        this.requests = requests;
        this.patienceMillis = patienceMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        await(context);
    }

    /** From now on the client has so long to send a whole request and to take its answer. */
    private void await(ChannelHandlerContext context) {
        stopWaiting();
        deadline = context.executor()
                .schedule(
                        () -> {
                            if (!resting) {
                                requests.slow.increment();
                            }
                            context.close();
                        },
                        patienceMillis,
                        TimeUnit.MILLISECONDS);
    }

    private void rest(ChannelHandlerContext context) {
        resting = true;
        await(context);
    }

    /** Stands before the codec, and sees the first byte of a next request. */
    ChannelInboundHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                if (resting) {
                    resting = false;
                    await(context);
                }
                context.fireChannelRead(bytes);
            }
        };
    }

    private void stopWaiting() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWaiting();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (!context.channel().isActive()) {
            return; // what was read before the connection was cut off
        }
        if (message instanceof HttpRequest && answered != null && !answered.isDone()) {
            requests.refused.increment();
            context.close();
        } else if (message.decoderResult().isFailure()) {
            requests.malformed.increment();
            answer(context, Page.text(400, "this request cannot be read\n"), null);
        } else if (message instanceof HttpRequest request) {
            answer(context, page(request), request);
        } else if (message instanceof HttpContent body && body.content().isReadable()) {
            context.close(); // no page takes a body, and none is read to its end
        }
    }

    private Page page(HttpRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            requests.refused.increment();
            return Page.text(405, "these pages can be read only: use GET\n");
        }
        String path = request.uri();
        int query = path.indexOf('?');
        path = query < 0 ? path : path.substring(0, query);
        try {
            Page page = pages.at(path);
            if (page == null) {
                requests.notFound.increment();
                return Page.text(404, "no such page: try /metrics, /healthz, /readyz, /status or /\n");
            }
            requests.served.increment();
            return page;
        } catch (RuntimeException failure) {
            requests.failed.increment();
            LOG.log(System.Logger.Level.WARNING, "page {0} failed: {1}", path, failure);
            return Page.text(500, "this page cannot be made now: see the node's log\n");
        }
    }

    private void answer(ChannelHandlerContext context, Page page, @Nullable HttpRequest request) {
        boolean head = request != null && request.method().equals(HttpMethod.HEAD);
        byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(page.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, page.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff");
        if (page.status() == 405) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        boolean keep = request != null
                && HttpUtil.isKeepAlive(request)
                && !HttpUtil.isTransferEncodingChunked(request)
                && HttpUtil.getContentLength(request, 0L) == 0;
        HttpUtil.setKeepAlive(response, keep);
        ChannelFuture written = context.writeAndFlush(response);
        answered = written;
        if (keep) {
            written.addListener(_ -> rest(context));
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a client that went away, or said nothing for too long
    }
}
