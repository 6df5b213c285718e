package org.conntwin.node.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.conntwin.node.config.ConfigKey;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.Timeout;
import org.junit.jupiter.api.Test;

/** The reference says of the reader what the reader does, and the files made from it are the ones that are committed. */
final class ConfigReferenceTest {
    private static final Pattern KNOWN_HERE =
            Pattern.compile("unknown key '(.*)(?:x-){25}.*'; known here: (.*)", Pattern.DOTALL);

    /** Where each section lies; a word too far from any known one makes the reader tell what it knows there. */
    private static final Map<String, String> SECTIONS = Map.of(
            "", "WORD: 1",
            "cluster.", "cluster: {WORD: 1}",
            "sync.", "sync: {WORD: 1}",
            "sync.filter.", "sync: {filter: {WORD: 1}}",
            "ha.", "ha: {WORD: 1}",
            "ha.hold.", "ha: {hold: {WORD: 1}}",
            "control.", "control: {WORD: 1}",
            "http.", "http: {WORD: 1}",
            "userspace.", "userspace: {WORD: 1}",
            "userspace.overload.", "userspace: {overload: {WORD: 1}}");

    private static final Map<String, String> MORE_SECTIONS = Map.of(
            "userspace.timeouts.", "userspace: {timeouts: {WORD: 1}}",
            "userspace.helpers[].", "userspace: {helpers: [{WORD: 1}]}",
            "userspace.nat[].", "userspace: {nat: [{WORD: 1}]}",
            "userspace.synproxy[].", "userspace: {synproxy: [{WORD: 1}]}");

    private static List<String> mistakes(String text) {
        return switch (ConfigReader.parse(text, "node.yaml")) {
            case ConfigResult.Valid _ -> List.of();
            case ConfigResult.Invalid(var errors) ->
                errors.stream().map(Object::toString).toList();
        };
    }

    private static List<String> accepted(String section, String file) {
        List<String> accepted = new ArrayList<>();
        for (String mistake : mistakes(file.replace("WORD", "x-".repeat(25)))) {
            Matcher matcher = KNOWN_HERE.matcher(mistake);
            if (matcher.find()) {
                Arrays.stream(matcher.group(2).split(", ", -1)).forEach(key -> accepted.add(section + key));
            }
        }
        assertThat(accepted).as("what the reader knows in '" + section + "'").isNotEmpty();
        return accepted;
    }

    private static List<String> described() {
        return ConfigReference.notes().stream().map(Note::path).toList();
    }

    @Test
    void everyKeyThatTheReaderAcceptsIsDescribedAndNoOther() {
        TreeSet<String> accepted = new TreeSet<>();
        SECTIONS.forEach((section, file) -> accepted.addAll(accepted(section, file)));
        MORE_SECTIONS.forEach((section, file) -> accepted.addAll(accepted(section, file)));
        // Single timeouts are described once, though they may stand in two places.
        for (Timeout timeout : Timeout.values()) {
            assertThat(accepted.remove("userspace.timeouts." + timeout.key())).isTrue();
        }
        assertThat(described()).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(described())).isEqualTo(accepted);
    }

    @Test
    void whatReadingAsksForIsWhatItAccepts() {
        assertThat(new TreeSet<>(ConfigKey.all().stream().map(ConfigKey::path).toList()))
                .isEqualTo(new TreeSet<>(described()));
    }

    @Test
    void everyExampleAndEveryDefaultIsOfTheKindThatIsTold() {
        Map<String, ConfigKey> keys =
                ConfigKey.all().stream().collect(Collectors.toMap(ConfigKey::path, Function.identity()));
        for (Note note : ConfigReference.notes()) {
            ConfigKey key = Objects.requireNonNull(keys.get(note.path()));
            List<String> values = new ArrayList<>(List.of(note.example()));
            if (key.defaultText() != null) {
                values.add(key.defaultText());
            }
            values.removeIf(String::isEmpty);
            for (String value : values) {
                String wrong = note.path().replaceFirst("\\[]", "[0]") + ": ";
                assertThat(mistakes(file(note.path(), value)))
                        .as(note.path() + " = " + value)
                        .noneMatch(mistake -> mistake.contains(wrong)
                                && (mistake.contains("expected") || mistake.contains("out of range")));
            }
        }
    }

    @Test
    void aValueThatIsNoneIsAMistakeForEveryKey() {
        for (Note note : ConfigReference.notes()) {
            assertThat(mistakes(file(note.path(), "{no: '\\0'}")))
                    .as(note.path())
                    .anyMatch(mistake -> mistake.contains(note.path().replaceFirst("\\[]", "[0]")));
        }
    }

    /** A file that has nothing but this key. */
    private static String file(String path, String value) {
        if (value.startsWith("\n")) {
            return "userspace:\n  " + path.substring("userspace.".length()) + ":" + value.indent(2);
        }
        String text = value;
        for (String part : List.of(path.split("\\.", -1)).reversed()) {
            text = part.endsWith("[]")
                    ? "{" + part.replace("[]", "") + ": [" + text + "]}"
                    : "{" + part + ": " + text + "}";
        }
        return text;
    }

    @Test
    void theCommittedFilesAreTheOnesThatItMakes() throws IOException {
        Path deploy = Path.of("..", "deploy");
        assertThat(Files.readString(deploy.resolve("CONFIGURATION.md")))
                .as("make it anew with: deploy/conntwin config reference > deploy/CONFIGURATION.md")
                .isEqualTo(ConfigReference.markdown());
        assertThat(Files.readString(deploy.resolve("package/node.yaml")))
                .as("make it anew with: deploy/conntwin config reference --format yaml > deploy/package/node.yaml")
                .isEqualTo(ConfigReference.yaml());
    }

    @Test
    void tellsTypeRangeDefaultMeaningAndExample() {
        assertThat(ConfigReference.markdown())
                .contains("| `cluster.port` | a whole number from 1 to 65535 | `7600` | ")
                .contains("| `node` | a name of 1 to 64 letters")
                .contains("| `sync.purge-after` | a duration from 0s to 7d | `1m` | ")
                .contains("| `userspace.tcp-established` | 5d | 5d | `nf_conntrack_tcp_timeout_established` |")
                .contains("| `sync.expectations` | all, none or a list of helpers such as [ftp, sip] | `all` | ");
    }
}
