package org.conntwin.node.control;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends one command to a node and passes its output on. Needs the JDK only, so that a process starts fast. */
public final class ControlClient {
    private final Path socket;
    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(Frame.HEADER_BYTES + Frame.MAX_BYTES);

    private ControlClient(Path socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
        received.flip();
    }

    /**
     * Runs a command on a node.
     *
     * @param socket the node's control socket
     * @param arguments the command and its arguments, none with a NUL in it
     * @param input streamed to the command as it asks for it, or null for none; closed by nobody
     * @param out the command's standard output
     * @param err the command's standard error
     * @return the command's exit code
     * @throws ControlException when the node cannot be reached or went away before the command's end
     * @throws IOException when {@code out} or {@code err} cannot be written
     */
    public static int run(
            Path socket, List<String> arguments, @Nullable InputStream input, OutputStream out, OutputStream err)
            throws ControlException, IOException {
        byte[] request = String.join("\0", arguments).getBytes(StandardCharsets.UTF_8);
        if (request.length >= Frame.MAX_BYTES) {
            throw new ControlException("the command is longer than " + Frame.MAX_BYTES + " bytes; shorten it");
        }
        try (SocketChannel channel = connect(socket)) {
            ControlClient client = new ControlClient(socket, channel);
            try {
                client.send(Frame.REQUEST, request, request.length);
            } catch (IOException e) {
                // A node that refuses closes early: what it says about that can still be read below.
            }
            if (input != null) {
                Thread.ofPlatform().daemon().name("control-input").start(() -> client.stream(input));
            }
            return client.response(out, err);
        }
    }

    private static SocketChannel connect(Path socket) throws ControlException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("Permission denied")) {
                throw new ControlException("control socket " + socket
                        + " is not open to this user; run the command as root or as the node's user");
            }
            throw new ControlException("no node answers at " + socket + " (" + reason.toLowerCase(java.util.Locale.ROOT)
                    + "); start one with `conntwin node --config FILE`, or name its socket with --socket PATH");
        }
    }

    private int response(OutputStream out, OutputStream err) throws ControlException, IOException {
        while (true) {
            int length;
            byte type;
            try {
                fill(Frame.HEADER_BYTES + 1);
                length = received.getInt();
                if (length < 1 || length > Frame.MAX_BYTES) {
                    throw new ControlException(socket + " is not a conntwin control socket; check --socket");
                }
                fill(length);
                type = received.get();
            } catch (IOException e) {
                throw new ControlException("the node at " + socket
                        + " went away before the command's end; see its log, or start it again");
            }
            int payload = length - 1;
            switch (type) {
                case Frame.OUT -> pass(out, payload);
                case Frame.ERR -> pass(err, payload);
                case Frame.EXIT -> {
                    out.flush();
                    return payload == 1 ? received.get() & 0xff : 1;
                }
                default -> throw new ControlException(socket + " is not a conntwin control socket; check --socket");
            }
        }
    }

    private void pass(OutputStream to, int length) throws IOException {
        to.write(received.array(), received.position(), length);
        received.position(received.position() + length);
    }

    /** Makes sure that this many bytes wait in the buffer. */
    private void fill(int bytes) throws IOException {
        if (received.remaining() >= bytes) {
            return;
        }
        received.compact();
        while (received.position() < bytes) {
            if (channel.read(received) < 0) {
                throw new EOFException();
            }
        }
        received.flip();
    }

    private void stream(InputStream input) {
        byte[] chunk = new byte[Frame.CHUNK_BYTES];
        try {
            for (int read = input.read(chunk); read >= 0; read = input.read(chunk)) {
                if (read > 0) {
                    send(Frame.INPUT, chunk, read);
                }
            }
            send(Frame.INPUT_END, chunk, 0);
        } catch (IOException e) {
            // The node ended the command early, and its answer says why; or the file broke off: the closed
            // connection then tells the node that the input is not complete.
            closeQuietly();
        }
    }

    private void closeQuietly() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // Closed already.
        }
    }

    private void send(byte type, byte[] payload, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Frame.HEADER_BYTES + 1 + length)
                .putInt(1 + length)
                .put(type)
                .put(payload, 0, length)
                .flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }
}
