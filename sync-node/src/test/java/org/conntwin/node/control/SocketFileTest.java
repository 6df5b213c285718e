package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SocketFileTest {
    @TempDir
    private Path folder;

    @Test
    void isOpenToItsOwnerAloneAndLeavesNothingElseBehind() throws Exception {
        Path socket = folder.resolve("run/c.sock");
        try (ControlServer _ = open(socket)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(names(folder.resolve("run"))).containsExactly("c.sock");
        }
        assertThat(names(folder.resolve("run"))).isEmpty();
    }

    @Test
    void refusesASocketOnWhichANodeAnswersAndLeavesItServing() throws Exception {
        Path socket = folder.resolve("c.sock");
        try (ControlServer _ = open(socket)) {
            assertThatThrownBy(() -> open(socket))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("is in use by a running node")
                    .hasMessageContaining(socket.toString());
            assertThat(status(socket)).isZero();
            assertThat(names(folder)).containsExactly("c.sock");
        }
    }

    @Test
    void replacesTheSocketOfAKilledNode() throws Exception {
        Path socket = folder.resolve("c.sock");
        // A JDK channel leaves its file behind on close, as a killed process does.
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (ControlServer _ = open(socket)) {
            assertThat(status(socket)).isZero();
            assertThat(names(folder)).containsExactly("c.sock");
        }
    }

    @Test
    void onlyOneOfManyThatStartAtOnceOnAStaleSocketWins() throws Exception {
        Path socket = folder.resolve("c.sock");
        try (ExecutorService starters = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 40; round++) {
                try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    dead.bind(UnixDomainSocketAddress.of(socket));
                }
                CountDownLatch go = new CountDownLatch(1);
                Callable<List<ControlServer>> start = () -> {
                    go.await();
                    try {
                        return List.of(open(socket));
                    } catch (ControlException e) {
                        assertThat(e).hasMessageContaining("in use");
                        return List.of();
                    }
                };
                List<Future<List<ControlServer>>> started =
                        Stream.generate(() -> starters.submit(start)).limit(4).toList();
                go.countDown();
                int winners = 0;
                for (Future<List<ControlServer>> one : started) {
                    winners += one.get().size();
                }
                assertThat(winners).isEqualTo(1);
                assertThat(status(socket)).isZero();
                for (Future<List<ControlServer>> one : started) {
                    one.get().forEach(ControlServer::close);
                }
                assertThat(names(folder)).isEmpty();
            }
        }
    }

    @Test
    void startsThoughANodeWasKilledWhileItRemovedADeadSocket() throws Exception {
        Path socket = folder.resolve("c.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        // The lock of a process ends with it, the file stays.
        Files.createFile(folder.resolve(".c.sock.lock"));
        try (ControlServer _ = open(socket)) {
            assertThat(status(socket)).isZero();
            assertThat(names(folder)).containsExactly("c.sock");
        }
    }

    @Test
    void leavesAFileThatIsNoSocketAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("c.sock"), "notes");
        assertThatThrownBy(() -> open(file)).hasMessageContaining("is not a socket");
        assertThatThrownBy(() -> open(folder)).hasMessageContaining("is a folder");
        assertThat(Files.readString(file)).isEqualTo("notes");
    }

    @Test
    void doesNotRemoveTheSocketOfItsSuccessor() throws Exception {
        Path socket = folder.resolve("c.sock");
        ControlServer first = open(socket);
        Files.delete(socket);
        try (ControlServer _ = open(socket)) {
            first.close();
            assertThat(status(socket)).isZero();
        }
    }

    @Test
    void takesAPathOf106BytesAndRefusesALongerOne() throws Exception {
        String padding = "d".repeat(106 - folder.toString().length() - 2 - "c.sock".length());
        Path longest = Files.createDirectory(folder.resolve(padding)).resolve("c.sock");
        assertThat(longest.toString()).hasSize(106);
        try (ControlServer _ = open(longest)) {
            assertThat(status(longest)).isZero();
        }
        assertThatThrownBy(() -> open(folder.resolve(padding).resolve("c1.sock")))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("longer than 106 bytes");
    }

    @Test
    void namesTheFolderThatIsMissing() {
        assertThatThrownBy(() -> open(folder.resolve("a/b/c.sock")))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("mkdir -p " + folder.resolve("a/b"));
    }

    @Test
    void canBeClosedTwice() throws Exception {
        ControlServer server = open(folder.resolve("c.sock"));
        server.close();
        server.close();
        assertThat(names(folder)).isEmpty();
    }

    private static ControlServer open(Path socket) throws ControlException {
        return ControlServer.open(socket, Access.OWNER_ONLY, (_, _, _) -> 0);
    }

    private static int status(Path socket) throws Exception {
        return ControlClient.run(
                socket, List.of("status"), null, OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
