package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that keepalived asks whether the node is alive. */
class AliveScriptTest {
    private static final Path SCRIPT = Path.of("..", "deploy", "keepalived", "conntwin-alive.sh");

    @TempDir
    Path folder;

    private Path track;

    @BeforeEach
    void aTrackFile() throws IOException {
        track = Files.writeString(folder.resolve("track"), "0\n");
    }

    private boolean alive() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", SCRIPT.toString(), track.toString())
                        .inheritIO()
                        .start()
                        .waitFor()
                == 0;
    }

    private void written(Duration ago) throws IOException {
        Files.setLastModifiedTime(track, FileTime.from(Instant.now().minus(ago)));
    }

    @Test
    void aNodeLivesThatHasRenewedItsFile() throws Exception {
        assertThat(alive()).isTrue();
        written(Duration.ofSeconds(2));
        assertThat(alive()).isTrue();
    }

    @Test
    void aNodeIsDeadThatHasNotOrHasNone() throws Exception {
        written(Duration.ofSeconds(6));
        assertThat(alive()).isFalse();
        Files.delete(track);
        assertThat(alive()).isFalse();
    }

    @Test
    void aClockThatWasSetBackKeepsNoDeadNodeAlive() throws Exception {
        written(Duration.ofHours(-1));
        assertThat(alive()).isFalse();
    }
}
