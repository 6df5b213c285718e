package org.conntwin.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** More than the system takes for a client that reads nothing. */
    private static final int LARGE = 16 << 20;

    private final AtomicInteger larges = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void open() throws HttpException {
        server = HttpServer.open(new InetSocketAddress(LOOPBACK, 0), path -> switch (path) {
            case "/here" -> Page.text(200, "häre\n");
            case "/large" -> large();
            case "/broken" -> throw new IllegalStateException("on purpose");
            default -> null;
        });
    }

    private Page large() {
        larges.incrementAndGet();
        return Page.text(200, "x".repeat(LARGE));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Sends bytes as they are and reads until the server has closed. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, server.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    @Test
    void servesAPageWhateverItsQuery() throws IOException {
        assertThat(raw(request("GET", "/here?x=1")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 6\r\n")
                .endsWith("\r\n\r\nhäre\n");
        assertThat(server.counters()).containsEntry("served", 1L);
    }

    @Test
    void tellsTheLengthOnlyWhenAskedForTheHead() throws IOException {
        assertThat(raw(request("HEAD", "/here")))
                .contains("content-length: 6\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void refusesWhatWouldChangeSomething() throws IOException {
        assertThat(raw(request("DELETE", "/here"))).startsWith("HTTP/1.1 405 ").contains("allow: GET, HEAD\r\n");
        assertThat(raw("POST /here HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(server.counters()).containsEntry("refused", 2L);
    }

    @Test
    void takesNoMethodButGetAndHead() throws IOException {
        for (String method : List.of("PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND")) {
            assertThat(raw(request(method, "/here"))).as(method).startsWith("HTTP/1.1 405 ");
        }
        assertThat(server.counters()).containsEntry("refused", 7L).containsEntry("served", 0L);
    }

    @Test
    void whoSendsOrReadsTooSlowlyIsCutOffAndCounted() throws Exception {
        server.close();
        server = HttpServer.open(new InetSocketAddress(LOOPBACK, 0), path -> large(), 500);
        try (Socket trickling = new Socket(LOOPBACK, server.port());
                Socket deaf = new Socket(LOOPBACK, server.port())) {
            deaf.getOutputStream().write(request("GET", "/large").getBytes(StandardCharsets.US_ASCII));
            trickling.getOutputStream().write("GET /here HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            await().pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
                try {
                    trickling.getOutputStream().write("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException cutOff) {
                    // as it should be, sooner or later
                }
                assertThat(server.counters()).containsEntry("slow", 2L);
            });
        }
    }

    @Test
    void whoKeepsItsConnectionAndAsksNoMoreIsLetGoWithoutACount() throws Exception {
        server.close();
        server = HttpServer.open(new InetSocketAddress(LOOPBACK, 0), path -> Page.text(200, "x"), 300);
        byte[] request = "GET /here HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Socket idle = new Socket(LOOPBACK, server.port())) {
            idle.setSoTimeout(5_000);
            idle.getOutputStream().write(request);
            assertThat(idle.getInputStream().readAllBytes()).isNotEmpty();
            assertThat(server.counters()).containsEntry("served", 1L).containsEntry("slow", 0L);
        }
        try (Socket halfway = new Socket(LOOPBACK, server.port())) {
            halfway.setSoTimeout(5_000);
            halfway.getOutputStream().write(request);
            await().untilAsserted(() -> assertThat(server.counters()).containsEntry("served", 2L));
            halfway.getOutputStream().write(request, 0, 10);
            assertThat(halfway.getInputStream().readAllBytes()).isNotEmpty();
            assertThat(server.counters()).containsEntry("slow", 1L);
        }
    }

    @Test
    void namesItsPagesWhereThereIsNone() throws IOException {
        assertThat(raw(request("GET", "/there"))).startsWith("HTTP/1.1 404 ").contains("/metrics");
        assertThat(server.counters()).containsEntry("notFound", 1L);
    }

    @Test
    void aPageThatFailsCostsThatAnswerAlone() throws IOException {
        assertThat(raw(request("GET", "/broken"))).startsWith("HTTP/1.1 500 ").doesNotContain("on purpose");
        assertThat(raw(request("GET", "/here"))).startsWith("HTTP/1.1 200 ");
        assertThat(server.counters()).containsEntry("failed", 1L);
    }

    @Test
    void answersSeveralRequestsOnOneConnection() throws IOException {
        String keep = "GET /here HTTP/1.1\r\nHost: x\r\n\r\n";
        assertThat(raw(keep + keep + request("GET", "/here")).split("häre\n", -1))
                .hasSize(4);
    }

    @Test
    void whoAsksOnWithoutTakingTheAnswersIsCutOff() throws IOException {
        try (Socket socket = new Socket(LOOPBACK, server.port())) {
            byte[] requests =
                    "GET /large HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(requests);
            await().untilAsserted(() -> assertThat(server.counters()).containsEntry("refused", 1L));
        }
        assertThat(raw(request("GET", "/here"))).startsWith("HTTP/1.1 200 ");
        assertThat(larges).hasValue(1);
    }

    @Test
    void longLinesAndHeadersAreCutOff() throws IOException {
        assertThat(raw("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /here HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(server.counters()).containsEntry("malformed", 2L);
    }

    @Test
    void garbageEndsItsConnectionAndNothingElse() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);
            try (Socket socket = new Socket(LOOPBACK, server.port())) {
                socket.getOutputStream().write(garbage);
                socket.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertThat(raw(request("GET", "/here"))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void clientsBeyondItsPlacesAreCutOffAndCounted() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                waiting.add(new Socket(LOOPBACK, server.port()));
            }
            await().untilAsserted(() -> assertThat(server.counters()).containsEntry("tooManyClients", 8L));
            try (InputStream last = waiting.getLast().getInputStream()) {
                assertThat(last.read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
        await().untilAsserted(() -> assertThat(raw(request("GET", "/here"))).startsWith("HTTP/1.1 200 "));
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> HttpServer.open(new InetSocketAddress(LOOPBACK, server.port()), path -> null))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("http.address 127.0.0.1 port " + server.port())
                .hasMessageContaining("choose another one");
    }
}
