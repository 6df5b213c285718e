package org.conntwin.it.traffic;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An FTP client that goes one step at a time, so that a firewall can die between two of them. Each line of standard
 * input is a step, each step prints one line: {@code OK …} or {@code FAILED …}.
 *
 * <pre>
 *  open HOST PORT   connects and logs in as anonymous
 *  passive          PASV; the address is kept for the next transfer
 *  active           PORT with a listening socket; kept for the next transfer
 *  retrieve NAME    RETR over the data connection that was prepared; prints the SHA-256 of what came
 *  noop             NOOP: is the control connection alive?
 * </pre>
 */
public final class FtpClient implements Closeable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Pattern PASSIVE_REPLY = Pattern.compile("227 .*?(\\d+,\\d+,\\d+,\\d+),(\\d+),(\\d+).*");

    private final Socket control;
    private final BufferedReader replies;
    private final OutputStream commands;
    private @Nullable InetSocketAddress passiveAddress;
    private @Nullable ServerSocket listener;

    private FtpClient(String host, int port) throws IOException {
        control = new Socket();
        control.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
        control.setSoTimeout(TIMEOUT_MILLIS);
        // A command in two segments would hide it from the helper, which reads one at a time.
        control.setTcpNoDelay(true);
        replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        commands = control.getOutputStream();
        expect("220", readReply());
        expect("331", send("USER anonymous"));
        expect("230", send("PASS nobody@example.org"));
        expect("200", send("TYPE I"));
    }

    /** Runs the steps on standard input. */
    public static void main(String[] arguments) throws IOException {
        FtpClient client = null;
        try (var steps = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = steps.readLine(); line != null; line = steps.readLine()) {
                List<String> words = List.of(line.split(" ", -1));
                try {
                    if (words.getFirst().equals("open")) {
                        client = new FtpClient(words.get(1), Integer.parseInt(words.get(2)));
                        System.out.println("OK open");
                    } else if (client != null) {
                        System.out.println("OK " + client.step(words));
                    }
                } catch (IOException | IllegalStateException e) {
                    System.out.println("FAILED " + line + ": " + e);
                }
            }
        } finally {
            if (client != null) {
                client.close();
            }
        }
    }

    private String step(List<String> words) throws IOException {
        return switch (words.getFirst()) {
            case "passive" -> passive();
            case "active" -> active();
            case "retrieve" -> retrieve(words.get(1));
            case "noop" -> expect("200", send("NOOP"));
            default -> throw new IllegalStateException("no such step");
        };
    }

    private String passive() throws IOException {
        String reply = send("PASV");
        Matcher matcher = PASSIVE_REPLY.matcher(reply);
        if (!matcher.matches()) {
            throw new IOException("not an answer to PASV: " + reply);
        }
        int port = Integer.parseInt(matcher.group(2)) * 256 + Integer.parseInt(matcher.group(3));
        InetSocketAddress address = new InetSocketAddress(matcher.group(1).replace(',', '.'), port);
        passiveAddress = address;
        return "passive " + address.getHostString() + " " + port;
    }

    private String active() throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, control.getLocalAddress());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        listener = socket;
        int port = socket.getLocalPort();
        String host = control.getLocalAddress().getHostAddress().replace('.', ',');
        expect("200", send("PORT " + host + "," + port / 256 + "," + port % 256));
        return "active " + port;
    }

    private String retrieve(String name) throws IOException {
        InetSocketAddress address = passiveAddress;
        ServerSocket waiting = listener;
        if (address != null) {
            passiveAddress = null;
            try (Socket data = new Socket()) {
                data.connect(address, TIMEOUT_MILLIS);
                expect("150", send("RETR " + name));
                return finish(data);
            }
        }
        if (waiting == null) {
            throw new IllegalStateException("neither passive nor active came before");
        }
        listener = null;
        try (waiting) {
            write("RETR " + name);
            try (Socket data = waiting.accept()) {
                expect("150", readReply());
                return finish(data);
            }
        }
    }

    private String finish(Socket data) throws IOException {
        data.setSoTimeout(TIMEOUT_MILLIS);
        byte[] content = data.getInputStream().readAllBytes();
        expect("226", readReply());
        return "retrieved " + content.length + " " + sha256(content);
    }

    /** The SHA-256 of some bytes as hexadecimal text. */
    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }

    private String send(String command) throws IOException {
        write(command);
        return readReply();
    }

    private void write(String command) throws IOException {
        commands.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
    }

    /** The last line of a reply, which may have several. */
    private String readReply() throws IOException {
        while (true) {
            String line = replies.readLine();
            if (line == null) {
                throw new IOException("the server closed the control connection");
            }
            if (line.matches("\\d{3} .*")) {
                return line;
            }
        }
    }

    private static String expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got: " + reply);
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
