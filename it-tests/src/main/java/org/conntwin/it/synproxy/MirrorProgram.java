package org.conntwin.it.synproxy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random bytes there, and the same bytes back once all are there, each byte checked.
 *
 * <pre>
 *  serve PORT                                prints READY
 *  talk HOST PORT BYTES PAUSE_MILLIS         pauses after each 16 KiB; prints CONNECTED, then OK or FAILED and why
 * </pre>
 */
public final class MirrorProgram {
    private static final int BLOCK = 1 << 14;
    private static final int TIMEOUT_MILLIS = 30_000;

    private MirrorProgram() {}

    /** Runs one action. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("serve")) {
            serve(Integer.parseInt(arguments[1]));
            return;
        }
        InetSocketAddress server = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        try {
            talk(server, Integer.parseInt(arguments[3]), Long.parseLong(arguments[4]));
        } catch (IOException failure) {
            System.out.println("FAILED " + failure);
            System.exit(1);
        }
    }

    private static void serve(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port, 64)) {
            System.out.println("READY");
            while (true) {
                Socket client = server.accept();
                Thread.ofPlatform().daemon().start(() -> mirror(client));
            }
        }
    }

    private static void mirror(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] all = new byte[in.readInt()];
            in.readFully(all);
            client.getOutputStream().write(all);
            // The client closes first, as it does with most protocols.
            in.read();
        } catch (IOException gone) {
            System.out.println("a client is gone: " + gone);
        }
    }

    private static void talk(InetSocketAddress server, int bytes, long pause) throws IOException, InterruptedException {
        byte[] sent = new byte[bytes];
        new SplittableRandom(1).nextBytes(sent);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            System.out.println("CONNECTED");
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(bytes);
            for (int from = 0; from < bytes; from += BLOCK) {
                out.write(sent, from, Math.min(BLOCK, bytes - from));
                Thread.sleep(pause);
            }
            byte[] back = new byte[bytes];
            new DataInputStream(socket.getInputStream()).readFully(back);
            System.out.println(Arrays.equals(sent, back) ? "OK" : "FAILED bytes differ");
        }
    }
}
