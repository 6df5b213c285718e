package org.conntwin.node.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
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
    private @Nullable ChannelFuture answered;

    RequestHandler(Pages pages, Requests requests) {
        this.pages = pages;
        this.requests = requests;
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
                return Page.text(404, "no such page: try /metrics, /healthz, /readyz or /\n");
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
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a client that went away, or said nothing for too long
    }
}
