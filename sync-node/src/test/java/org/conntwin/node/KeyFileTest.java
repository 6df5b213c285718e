package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks are taken by the test, one after the other, in place of one a second. */
final class KeyFileTest {
    @TempDir
    private Path folder;

    private Path file;
    private Path other;

    @BeforeEach
    void keys() throws KeyFileException {
        file = folder.resolve("cluster.key");
        other = folder.resolve("other.key");
        ClusterKey.generate(file);
        ClusterKey.generate(other);
    }

    private KeyFile opened() throws KeyFileException {
        return new KeyFile(file, Turns.threads(Clock.SYSTEM));
    }

    private static List<String> used(KeyFile keys) {
        return keys.keys().all().stream().map(java.util.Arrays::toString).toList();
    }

    private List<String> inFile(Path path) throws KeyFileException {
        return ClusterKey.read(path).all().stream()
                .map(java.util.Arrays::toString)
                .toList();
    }

    @Test
    void takesTheKeysOfTheFileWheneverItHasOthers() throws Exception {
        KeyFile keys = opened();
        keys.look();
        List<String> before = inFile(file);
        assertThat(used(keys)).isEqualTo(before);
        Files.writeString(file, Files.readString(file) + Files.readString(other));
        keys.look();
        assertThat(used(keys)).containsExactly(before.getFirst(), inFile(other).getFirst());
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        keys.look();
        assertThat(used(keys)).isEqualTo(inFile(other));
        assertThat(keys.problem()).isEmpty();
    }

    @Test
    void goesOnWithItsKeysWhenTheFileCannotBeReadAndSaysSoAfterThreeLooks() throws Exception {
        KeyFile keys = opened();
        List<String> before = used(keys);
        String text = Files.readString(file);
        Files.writeString(file, "half a");
        keys.look();
        keys.look();
        assertThat(keys.problem()).isEmpty();
        keys.look();
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .contains("holds no key")
                        .endsWith("(until then the node goes on with the keys that it has)"));
        Files.delete(file);
        keys.look();
        assertThat(used(keys)).isEqualTo(before);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        keys.look();
        assertThat(keys.problem()).isEmpty();
        assertThat(used(keys)).isEqualTo(before);
    }

    @Test
    void aFileThatIsOpenToOthersIsNotTaken() throws Exception {
        KeyFile keys = opened();
        List<String> before = used(keys);
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        keys.look();
        assertThat(used(keys)).isEqualTo(before);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        keys.look();
        assertThat(used(keys)).isEqualTo(inFile(other));
    }

    @Test
    void aNodeDoesNotStartWithoutAKey() throws Exception {
        Files.delete(file);
        assertThatThrownBy(this::opened).isInstanceOf(KeyFileException.class).hasMessageContaining("does not exist");
    }

    @Test
    void namesKeysByWhatTellsNothingElseOfThem() throws Exception {
        Files.writeString(file, Files.readString(file) + Files.readString(other));
        String named = ClusterKey.read(file).toString();
        assertThat(named).matches("sealing with key [0-9a-f]{8}, accepting [0-9a-f]{8} as well");
        assertThat(ClusterKey.read(other))
                .hasToString("sealing with key " + named.substring(named.length() - 16, named.length() - 8));
    }
}
