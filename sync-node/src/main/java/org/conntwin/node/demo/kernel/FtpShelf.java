package org.conntwin.node.demo.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A small FTP server with one file, a program of its own: {@code FtpShelf SEED}. Says {@code LISTENING}; ends with its
 * standard input. Data connections are passive ones.
 */
final class FtpShelf {
    /** Its port. */
    static final int PORT = 21;
    /** Length of the file. */
    static final int FILE_BYTES = 2_000_000;

    private static final int ACCEPT_MILLIS = 30_000;

    private FtpShelf() {}

    /** Runs until standard input ends. */
    public static void main(String[] args) throws IOException {
        byte[] file = file(Long.parseLong(args[0]));
        ServerSocket listener = new ServerSocket(PORT);
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try (Socket control = listener.accept()) {
                    talk(control, file);
                } catch (IOException over) {
                    System.err.println("session: " + over.getMessage());
                }
            }
        });
        System.out.println("LISTENING");
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    /** The file, the same on both ends. */
    static byte[] file(long seed) {
        byte[] file = new byte[FILE_BYTES];
        new SplittableRandom(seed).nextBytes(file);
        return file;
    }

    private static void talk(Socket control, byte[] file) throws IOException {
        control.setTcpNoDelay(true);
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        say(control, "220 a shelf with one file");
        ServerSocket data = null;
        String line = commands.readLine();
        while (line != null) {
            switch (line.split(" ", 2)[0]) {
                case "USER" -> say(control, "331 any password");
                case "PASS" -> say(control, "230 welcome");
                case "NOOP" -> say(control, "200 well");
                case "PASV" -> {
                    data = new ServerSocket(0, 1, control.getLocalAddress());
                    data.setSoTimeout(ACCEPT_MILLIS);
                    say(control, "227 Entering Passive Mode (" + place(data) + ")");
                }
                case "RETR" -> {
                    if (data == null) {
                        say(control, "425 ask for PASV first");
                    } else {
                        send(control, data, file);
                        data = null;
                    }
                }
                default -> say(control, "502 not here");
            }
            line = commands.readLine();
        }
    }

    private static void send(Socket control, ServerSocket data, byte[] file) throws IOException {
        say(control, "150 here it comes");
        try (data;
                Socket connection = data.accept()) {
            connection.getOutputStream().write(file);
        }
        say(control, "226 that was all");
    }

    private static String place(ServerSocket data) {
        InetAddress address = data.getInetAddress();
        int port = data.getLocalPort();
        return address.getHostAddress().replace('.', ',') + "," + port / 256 + "," + port % 256;
    }

    private static void say(Socket control, String line) throws IOException {
        OutputStream out = control.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
