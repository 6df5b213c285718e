package org.conntwin.node.control;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends one command to a node and passes its output on. Needs the JDK only, so that a process starts fast. */
public final class ControlClient {
    /** A node that lives says so every second; a collection or a busy machine may make it late. */
    static final long SILENCE_MILLIS = 10_000;

    private final Path socket;
    private final SocketChannel channel;
    /** Since when this client waits for the node, 0 while it does not: its own output may stand still for long. */
    private volatile long waitingSince;

    private volatile boolean silent;
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
     * @throws ControlException when the node cannot be reached, went away before the command's end, or was silent for
     *     {@value #SILENCE_MILLIS} ms
     * @throws IOException when {@code out} or {@code err} cannot be written
     */
    public static int run(
            Path socket, List<String> arguments, @Nullable InputStream input, OutputStream out, OutputStream err)
            throws ControlException, IOException {
        byte[] request = String.join("\0", arguments).getBytes(StandardCharsets.UTF_8);
        if (request.length >= Frame.MAX_BYTES) {
            throw new ControlException("the command is longer than " + Frame.MAX_BYTES + " bytes; shorten it");
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            ControlClient client = new ControlClient(socket, channel);
            Thread.ofPlatform().daemon().name("control-patience").start(client::awaitSilence);
            client.connect();
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

    /** Ends the waiting for a node that no longer says that it lives: frozen, or stuck in its event loop. */
    private void awaitSilence() {
        try {
            while (channel.isOpen()) {
                Thread.sleep(SILENCE_MILLIS / 10);
                long since = waitingSince;
                if (since != 0 && System.nanoTime() - since > SILENCE_MILLIS * 1_000_000) {
                    silent = true;
                    channel.close();
                }
            }
        } catch (InterruptedException | IOException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() throws ControlException {
        waitingSince = now();
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            if (silent) {
                throw silence();
            }
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("Permission denied")) {
                throw new ControlException("control socket " + socket
                        + " is not open to this user; run the command as root or as the node's user; members of"
                        + " control.group may read");
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
                if (silent) {
                    throw silence();
                }
                throw new ControlException("the node at " + socket
                        + " went away before the command's end; see its log, or start it again");
            }
            int payload = length - 1;
            switch (type) {
                case Frame.ALIVE -> received.position(received.position() + payload);
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

    private ControlException silence() {
        return new ControlException("the node at " + socket + " has not answered for " + SILENCE_MILLIS / 1_000
                + " s; it is frozen or overloaded: see its process and its log");
    }

    private static long now() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
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
            waitingSince = now();
            if (channel.read(received) < 0) {
                throw new EOFException();
            }
            waitingSince = 0;
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
