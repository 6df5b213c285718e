package org.conntwin.it.traffic;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Datagrams that leave a host as one packet and are cut on the way, or joined again.
 *
 * <pre>
 *  serve [joined]           on port 5002, IPv4 and IPv6: verifies what comes and tells how much of it was right so far;
 *                           "joined" takes datagrams of one sender together. Prints READY
 *  send HOST BYTES SEGMENT  sends so many bytes at once, to be cut into datagrams of SEGMENT bytes; prints
 *                           "OK LONGEST", the longest that the server received at once, or FAILED and how much was right
 * </pre>
 */
public final class JoinedDatagramsProgram {
    private static final int PORT = 5002;

    private JoinedDatagramsProgram() {}

    /** Runs one action. */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("serve")) {
            serve(arguments.length > 1);
        } else {
            send(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        }
    }

    private static byte at(int place) {
        return (byte) (place ^ place >>> 8);
    }

    private static void serve(boolean joined) throws IOException {
        DatagramCalls socket = new DatagramCalls(PORT);
        if (joined) {
            socket.joined();
        }
        System.out.println("READY");
        int peer = 0;
        int right = 0;
        int longest = 0;
        while (true) {
            byte[] bytes = socket.receive();
            if (bytes.length == 0) {
                continue;
            }
            if (peer != socket.peerPort()) {
                peer = socket.peerPort();
                right = 0;
                longest = 0;
            }
            boolean same = true;
            for (int i = 0; i < bytes.length; i++) {
                same &= bytes[i] == at(right + i);
            }
            right += same ? bytes.length : 0;
            longest = Math.max(longest, bytes.length);
            socket.send(ByteBuffer.allocate(8).putInt(right).putInt(longest).array());
        }
    }

    private static void send(InetAddress host, int bytes, int segment) throws IOException {
        DatagramCalls socket = new DatagramCalls(0);
        socket.segments(segment);
        byte[] ip = host.getAddress();
        if (host instanceof Inet4Address) {
            ip = ByteBuffer.allocate(16).putInt(8, 0xffff).put(12, ip).array();
        }
        socket.to(ip, PORT);
        byte[] message = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            message[i] = at(i);
        }
        socket.send(message);
        int right = 0;
        int longest = 0;
        byte[] answer = socket.receive();
        while (answer.length == 8) {
            right = ByteBuffer.wrap(answer).getInt(0);
            longest = ByteBuffer.wrap(answer).getInt(4);
            answer = right == bytes ? new byte[0] : socket.receive();
        }
        System.out.println(right == bytes ? "OK " + longest : "FAILED after " + right + " bytes");
    }
}
