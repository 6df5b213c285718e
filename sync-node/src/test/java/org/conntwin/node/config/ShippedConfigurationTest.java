package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.conntwin.node.userspace.TrackerConfig;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;

/** The file that the packages put into /etc/conntwin: right as it is, whole, and true about the defaults. */
final class ShippedConfigurationTest {
    /** A comment is a # and a blank before its text; what else follows a # is an option that is left out. */
    private static final Pattern OPTION = Pattern.compile("(?m)^( *)#(?! \\S)(.+)$");

    private static final Pattern KEY = Pattern.compile("(?m)^ *([a-z0-9-]+):");

    private static String shipped() throws IOException {
        return Files.readString(Path.of("..", "deploy", "package", "node.yaml"));
    }

    /** With every option that does not contradict another. */
    private static String whole() throws IOException {
        return OPTION.matcher(shipped().replaceAll(" *#(interface|insecure): .*", ""))
                .replaceAll("$1$2");
    }

    private static NodeConfig valid(String text) {
        return switch (ConfigReader.parse(text, "node.yaml")) {
            case ConfigResult.Valid(NodeConfig config) -> config;
            case ConfigResult.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }

    private static Set<String> keys(String text) {
        Set<String> keys = new TreeSet<>();
        Matcher matcher = KEY.matcher(text);
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    @Test
    void isRightAsItIsAndWithEveryOptionAndEitherAlternative() throws IOException {
        NodeConfig config = valid(shipped());
        assertThat(config.http()).isNull();
        assertThat(config.userspace()).isNull();
        valid(whole());
        valid(shipped().replace("bind-address: 10.9.9.1", "").replace("#interface", "interface"));
        valid(shipped().replaceAll("key-file: .*", "").replace("#insecure", "insecure"));
    }

    @Test
    void hasEveryOption() throws IOException {
        String complete;
        try (InputStream in = Objects.requireNonNull(ConfigReaderTest.class.getResourceAsStream("complete.yaml"))) {
            complete = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(keys(whole()))
                .containsAll(keys(complete))
                .containsAll(Stream.of(Timeout.values()).map(Timeout::key).toList())
                .contains("track-file", "hold", "packets", "time")
                .contains("tcp-be-liberal", "tcp-max-retrans", "tcp-ignore-invalid-rst", "checksum");
        assertThat(keys(shipped().replace("#in", "in"))).contains("interface", "insecure");
    }

    @Test
    void whatItLeavesOutIsTheDefault() throws IOException {
        NodeConfig shipped = valid(shipped());
        NodeConfig bare = valid("""
                node: fw1
                cluster:
                  name: edge
                  bind-address: 10.9.9.1
                  key-file: /etc/conntwin/cluster.key
                sync: {filter: {exclude-addresses: [127.0.0.0/8]}}
                """);
        assertThat(shipped).isEqualTo(bare);
        TrackerSettings whole =
                TrackerConfig.settings(Objects.requireNonNull(valid(whole()).userspace()));
        TrackerSettings defaults =
                TrackerConfig.settings(Objects.requireNonNull(valid("""
                        node: fw1
                        table: userspace
                        cluster: {name: edge, bind-address: 10.9.9.1, insecure: true}
                        userspace: {max-entries: 262144}
                        """).userspace()));
        assertThat(whole.withHelpers(List.of()).withNat(List.of())).isEqualTo(defaults);
        assertThat(defaults.withOverload(OverloadSettings.KERNEL)).isEqualTo(TrackerSettings.LINUX);
    }

    @Test
    void explainsEveryOption() throws IOException {
        String above = "";
        for (String line : whole().lines().toList()) {
            String text = line.strip();
            // Timeouts of single states are explained as a group, rules by the line above their list.
            if (!text.isEmpty() && !text.startsWith("#") && !text.startsWith("- ")) {
                assertThat(above).as(text).isNotEmpty();
            }
            above = text;
        }
    }
}
