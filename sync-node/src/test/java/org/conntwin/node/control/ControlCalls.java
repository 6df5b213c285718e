package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.node.control.ControlServer.Limits;

/** Clients of a control socket in a folder: the one that operators use, and ones that do as they like. */
final class ControlCalls {
    static final Limits PATIENT = new Limits(4, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
    static final Limits HASTY = new Limits(4, Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(300));

    private final Path folder;

    ControlCalls(Path folder) {
        this.folder = folder;
    }

    /** How a command ended, and what it said. */
    record Answer(int code, String out, String err) {}

    Path socket() {
        return folder.resolve("c.sock");
    }

    ControlServer open(CommandHandler handler, Limits limits) throws ControlException {
        return ControlServer.open(socket(), Access.OWNER_ONLY, handler, limits);
    }

    /** A command by the client that operators use. */
    Answer ask(String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = ControlClient.run(socket(), List.of(arguments), null, out, err);
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The exit code, or what went wrong. */
    String run(OutputStream out, String... arguments) {
        try {
            return String.valueOf(
                    ControlClient.run(socket(), List.of(arguments), null, out, OutputStream.nullOutputStream()));
        } catch (ControlException | IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A client of its own making. */
    SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    static ByteBuffer frame(char type, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + bytes.length)
                .putInt(1 + bytes.length)
                .put((byte) type)
                .put(bytes)
                .flip();
    }

    static void write(SocketChannel client, ByteBuffer... frames) throws IOException {
        for (ByteBuffer frame : frames) {
            while (frame.hasRemaining()) {
                client.write(frame);
            }
        }
    }

    /** These bytes get a client cut off. */
    void expectClosed(ByteBuffer bytes) throws IOException {
        try (SocketChannel client = connect()) {
            write(client, bytes);
            assertClosed(client);
        }
    }

    static void assertClosed(SocketChannel client) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (client.read(buffer) >= 0) {
                buffer.clear();
            }
        } catch (IOException e) {
            // A reset is a close, too: the server left bytes unread.
            assertThat(e.getMessage()).contains("reset");
        }
    }
}
