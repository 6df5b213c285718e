package org.conntwin.node.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** What a client may write to the HTTP port, damaged. */
final class FuzzedRequestsTest {
    private static final long ALLOCATION = 4 << 20;
    private static final int INPUTS_USUAL = 10_000;
    private static final List<String> SEEDS = List.of(
            "GET /here?x=1 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /here HTTP/1.1\r\nHost: x\r\n\r\nHEAD /here HTTP/1.0\r\n\r\n",
            "POST /here HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "POST /here HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
            "GET /here HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nX: a\r\n b\r\n\r\n");

    @Test
    void requestsAreAnsweredOrRefused() {
        Requests requests = new Requests();
        Fuzz.run("http", Fuzz.texts(SEEDS), ALLOCATION, INPUTS_USUAL, input -> {
            long served = requests.served.sum();
            EmbeddedChannel channel = new EmbeddedChannel(
                    new HttpServerCodec(HttpServer.limits()),
                    new RequestHandler(
                            path -> path.equals("/here") ? Page.text(200, "here\n") : null,
                            requests,
                            TimeUnit.SECONDS.toMillis(1)));
            channel.writeInbound(Unpooled.wrappedBuffer(input));
            channel.checkException();
            channel.finishAndReleaseAll();
            return requests.served.sum() > served;
        });
    }
}
