package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.conntwin.node.fake.SteppedClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackFileTest {
    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock();
    private final AtomicBoolean trusted = new AtomicBoolean();

    private TrackFile started(Path file) throws IOException {
        TrackFile track = new TrackFile(file, trusted::get, clock);
        track.start();
        return track;
    }

    private void steps(TrackFile track, int count) {
        for (int i = 0; i < count; i++) {
            clock.pass(500);
            track.step();
        }
    }

    @Test
    void itSaysHollowUntilTheNodeIsTrustedForAWhile() throws IOException {
        Path file = folder.resolve("run/track");
        TrackFile track = started(file);
        assertThat(file).hasContent("-50");
        trusted.set(true);
        steps(track, 2);
        assertThat(file).hasContent("-50");
        steps(track, 1);
        assertThat(file).hasContent("0");
        trusted.set(false);
        steps(track, 1);
        trusted.set(true);
        steps(track, 3);
        assertThat(file).as("a moment does not count").hasContent("0");
        trusted.set(false);
        steps(track, 3);
        assertThat(file).hasContent("-50");
        trusted.set(true);
        steps(track, 3);
        track.close();
        assertThat(file).as("a node that has stopped").hasContent("-50");
    }

    @Test
    void whatSomebodyElseWroteIsPutRight() throws IOException {
        Path file = folder.resolve("track");
        TrackFile track = started(file);
        trusted.set(true);
        steps(track, 3);
        Files.writeString(file, "-50\n");
        steps(track, 1);
        assertThat(file).hasContent("0");
        Files.delete(file);
        steps(track, 1);
        assertThat(file).hasContent("0");
        Files.writeString(file, "x".repeat(100_000));
        steps(track, 1);
        assertThat(file).hasContent("0");
    }

    @Test
    void itsTimeTellsThatTheNodeIsAlive() throws IOException {
        Path file = folder.resolve("track");
        TrackFile track = started(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        steps(track, 1);
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .isAfter(Instant.now().minusSeconds(60));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldAndTriedAgain() throws IOException {
        Path file = folder.resolve("sub/track");
        TrackFile track = started(file);
        Files.delete(file);
        Files.delete(file.getParent());
        steps(track, 1);
        assertThat(track.problem()).contains("cannot be written");
        Files.createDirectory(file.getParent());
        steps(track, 1);
        assertThat(track.problem()).isNull();
        assertThat(file).hasContent("-50");
    }
}
