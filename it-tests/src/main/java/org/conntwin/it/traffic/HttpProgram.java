package org.conntwin.it.traffic;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executors;

/**
 * A web server, and a client that chooses its own port.
 *
 * <pre>
 *  serve ADDRESS                    answers on port 80 until it is stopped; prints READY
 *  get ADDRESS SERVER PORT…         asks once from each port, one after the other; prints "PORT STATUS MILLISECONDS"
 * </pre>
 */
public final class HttpProgram {
    private static final int HTTP = 80;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final byte[] BODY = "it works\n".getBytes(StandardCharsets.US_ASCII);

    private HttpProgram() {}

    /** Runs one action; exits with 1 when a request fails. */
    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "serve" -> serve(arguments[1]);
            case "get" -> {
                int failed = 0;
                for (String port : Arrays.asList(arguments).subList(3, arguments.length)) {
                    failed += get(arguments[1], Integer.parseInt(port), arguments[2]) ? 0 : 1;
                }
                System.exit(failed == 0 ? 0 : 1);
            }
            default -> System.exit(2);
        }
    }

    private static void serve(String address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, HTTP), 128);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, BODY.length);
                exchange.getResponseBody().write(BODY);
            }
        });
        server.start();
        System.out.println("READY");
    }

    private static boolean get(String address, int port, String server) {
        long start = System.nanoTime();
        String status;
        try (Socket socket = new Socket()) {
            socket.setReuseAddress(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(address, port));
            socket.connect(new InetSocketAddress(server, HTTP), TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + server + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            status = answer(socket);
        } catch (IOException e) {
            status = e.toString();
        }
        System.out.println(port + " " + status + " " + (System.nanoTime() - start) / 1_000_000);
        return status.equals("200");
    }

    /** Reads an answer to its end; the client is then the one that closes. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(new String(BODY, StandardCharsets.US_ASCII)) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the answer ended early");
            }
            text.append((char) next);
        }
        return text.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
    }
}
