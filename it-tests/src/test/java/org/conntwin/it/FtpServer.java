package org.conntwin.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.traffic.FtpClient;

/**
 * A real FTP server, vsftpd, with one file that anybody may fetch.
 *
 * @param bytes length of the file
 * @param hash SHA-256 of the file, as {@link FtpClient} prints it
 */
record FtpServer(int bytes, String hash) {
    /** The file's name. */
    static final String FILE = "file.bin";

    private static final Duration READY_LIMIT = Duration.ofSeconds(10);

    /** Starts it in a namespace; it ends with the lab. */
    static FtpServer start(Lab lab, Namespace where, int bytes) {
        byte[] content = new byte[bytes];
        new Random(21).nextBytes(content);
        Path settings = lab.directory().resolve("vsftpd.conf");
        try {
            Path root = Files.createDirectory(lab.directory().resolve("ftp"));
            Path empty = Files.createDirectory(lab.directory().resolve("empty"));
            Files.write(root.resolve(FILE), content);
            // The anonymous user must be able to walk down to its root.
            for (Path path : List.of(lab.directory(), root, root.resolve(FILE), empty)) {
                path.toFile().setReadable(true, false);
                path.toFile().setExecutable(true, false);
            }
            Files.writeString(settings, """
                    listen=YES
                    background=NO
                    seccomp_sandbox=NO
                    anonymous_enable=YES
                    local_enable=NO
                    anon_root=%s
                    secure_chroot_dir=%s
                    """.formatted(root, empty));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LabProcess.start(lab, "vsftpd", where, List.of("vsftpd", settings.toString()));
        await("vsftpd listens")
                .atMost(READY_LIMIT)
                .until(() -> where.exec("ss", "-ltn").stdout().contains(":21 "));
        return new FtpServer(bytes, FtpClient.sha256(content));
    }

    /** What {@link FtpClient} prints when it has fetched the file whole. */
    String fetched() {
        return "OK retrieved " + bytes + " " + hash;
    }
}
