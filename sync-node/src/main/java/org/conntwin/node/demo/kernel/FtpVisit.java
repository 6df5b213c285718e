package org.conntwin.node.demo.kernel;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client of {@link FtpShelf} that goes a step at a time, a program of its own: {@code FtpVisit HOST SEED}. Each line of
 * standard input is a step: {@code announce} asks for a data connection, {@code fetch} makes it and fetches the file. It
 * answers {@code OK} or {@code FAILED why}, first of all to being started, and says {@code GETS-ON} between as a file comes.
 */
final class FtpVisit {
    /** Said as long as a step gets on. */
    static final String GETS_ON = "GETS-ON";

    private static final int TIMEOUT_MILLIS = 40_000;
    /** So many bytes of a file are some progress. */
    private static final int PART = 1 << 18;

    private static final Pattern PLACE = Pattern.compile("227 .*\\(([\\d,]+),(\\d+),(\\d+)\\)");

    private final Socket control = new Socket();
    private final BufferedReader replies;
    private final byte[] file;
    private InetSocketAddress place = new InetSocketAddress(0);

    private FtpVisit(String host, byte[] file) throws IOException {
        this.file = file;
        control.setSoTimeout(TIMEOUT_MILLIS);
        control.setTcpNoDelay(true);
        control.connect(new InetSocketAddress(host, FtpShelf.PORT), TIMEOUT_MILLIS);
        replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        expect("220");
        ask("USER anonymous", "331");
        ask("PASS demo", "230");
    }

    /** Runs the steps of standard input. */
    public static void main(String[] args) throws IOException {
        try (BufferedReader steps = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            FtpVisit visit = new FtpVisit(args[0], FtpShelf.file(Long.parseLong(args[1])));
            System.out.println("OK");
            String step = steps.readLine();
            while (step != null) {
                System.out.println(visit.outcome(step));
                step = steps.readLine();
            }
        } catch (IOException failure) {
            System.out.println("FAILED " + failure.getMessage());
        }
    }

    private String outcome(String step) {
        try {
            if (step.equals("announce")) {
                announce();
            } else {
                fetch();
            }
            return "OK";
        } catch (IOException failure) {
            return "FAILED " + failure.getMessage();
        }
    }

    private void announce() throws IOException {
        Matcher matcher = PLACE.matcher(ask("PASV", "227"));
        if (!matcher.matches()) {
            throw new IOException("no address in the answer to PASV");
        }
        int port = Integer.parseInt(matcher.group(2)) * 256 + Integer.parseInt(matcher.group(3));
        place = new InetSocketAddress(matcher.group(1).replace(',', '.'), port);
    }

    private void fetch() throws IOException {
        try (Socket data = new Socket()) {
            data.setSoTimeout(TIMEOUT_MILLIS);
            data.connect(place, TIMEOUT_MILLIS);
            ask("RETR file", "150");
            if (!Arrays.equals(received(data.getInputStream()), file)) {
                throw new IOException("the file came with other bytes");
            }
        }
        expect("226");
    }

    private static byte[] received(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = in.readNBytes(PART);
        while (part.length > 0) {
            all.write(part);
            System.out.println(GETS_ON);
            part = in.readNBytes(PART);
        }
        return all.toByteArray();
    }

    private String ask(String command, String code) throws IOException {
        control.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return expect(code);
    }

    private String expect(String code) throws IOException {
        String reply = replies.readLine();
        if (reply == null || !reply.startsWith(code)) {
            throw new IOException("answer " + reply + " instead of " + code);
        }
        return reply;
    }
}
