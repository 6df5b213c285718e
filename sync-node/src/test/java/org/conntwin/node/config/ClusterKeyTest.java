package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterKeyTest {
    @TempDir
    private Path folder;

    @Test
    void readsBackAKeyThatOnlyItsOwnerMayRead() throws Exception {
        Path file = folder.resolve("cluster.key");
        ClusterKey.generate(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ClusterKey.read(file).bytes())
                .hasSize(32)
                .isEqualTo(ClusterKey.read(file).bytes());
        assertThat(Files.readString(file)).startsWith("#").hasLineCount(2);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void makesADifferentKeyEveryTime() throws Exception {
        ClusterKey.generate(folder.resolve("a"));
        ClusterKey.generate(folder.resolve("b"));
        assertThat(ClusterKey.read(folder.resolve("a")).bytes())
                .isNotEqualTo(ClusterKey.read(folder.resolve("b")).bytes());
    }

    @Test
    void neverOverwritesAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("cluster.key"), "mine");
        assertThatThrownBy(() -> ClusterKey.generate(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("exists already")
                .hasMessageContaining(file.toString());
        assertThat(Files.readString(file)).isEqualTo("mine");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void saysWhichFolderIsMissing() {
        assertThatThrownBy(() -> ClusterKey.generate(folder.resolve("no/cluster.key")))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(folder.resolve("no").toString());
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws Exception {
        Path file = folder.resolve("cluster.key");
        ClusterKey.generate(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> ClusterKey.read(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void namesKeygenWhenTheFileIsMissing() {
        assertThatThrownBy(() -> ClusterKey.read(folder.resolve("none")))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("conntwin keygen");
    }

    @Test
    void readsFurtherKeysThatAreAcceptedBesideTheFirst() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        ClusterKey.generate(one);
        ClusterKey.generate(two);
        Files.writeString(one, Files.readString(one) + Files.readString(two));
        assertThat(ClusterKey.read(one).all()).hasSize(2);
        assertThat(ClusterKey.read(one).all().getLast())
                .isEqualTo(ClusterKey.read(two).bytes());
        assertThat(ClusterKey.read(one).all().getFirst())
                .isEqualTo(ClusterKey.read(one).bytes());
        Files.writeString(one, Files.readString(two).repeat(ClusterKey.MOST + 1));
        assertThatThrownBy(() -> ClusterKey.read(one)).isInstanceOf(KeyFileException.class);
    }

    @Test
    void refusesWhatIsNoKey() throws IOException {
        for (String text : new String[] {"", "# only a comment\n", "AAAA\n", "not base64!\n", "A".repeat(5000)}) {
            Path file = folder.resolve("key");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
            assertThatThrownBy(() -> ClusterKey.read(file)).hasMessageMatching(".* holds (no key|too many keys) .*");
        }
    }

    @Test
    void saysThatKeysAreTooMany() throws Exception {
        Path file = folder.resolve("five");
        ClusterKey.generate(file);
        String key = Files.readAllLines(file).getLast() + "\n";
        Files.writeString(file, key.repeat(ClusterKey.MOST));
        assertThat(ClusterKey.read(file).names()).hasSize(ClusterKey.MOST);
        Files.writeString(file, key.repeat(ClusterKey.MOST + 1));
        assertThatThrownBy(() -> ClusterKey.read(file)).hasMessageContaining("holds too many keys, 5 of 4 at most");
    }
}
