package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UserspaceConfigTest {
    private static final String WHOLE = """
            node: fw1
            cluster: {name: edge, bind-address: 10.9.9.1, key-file: /etc/key}
            """;

    @TempDir
    private Path folder;

    @Test
    void givesTheDefaultsWithoutAFile() {
        Userspace defaults = valid(null);
        assertThat(defaults.maxEntries()).isEqualTo(262_144);
        assertThat(defaults.timeouts()).isEqualTo(Userspace.TimeoutProfile.LINUX);
        assertThat(defaults.tcp()).isEqualTo(Userspace.Tcp.DEFAULT);
        assertThat(defaults.overload()).isEqualTo(Userspace.Overload.DEFAULT);
    }

    @Test
    void takesTheSectionOfAWholeConfigurationAndOfAFileOfItsOwn() throws Exception {
        String section = "userspace:\n  max-entries: 77\n  tcp-loose: false\n";
        assertThat(valid(file(WHOLE + section))).isEqualTo(valid(file(section)));
        assertThat(valid(file(section)).maxEntries()).isEqualTo(77);
        assertThat(valid(file(WHOLE)).maxEntries()).isEqualTo(262_144);
    }

    @Test
    void putsSettingsAboveTheFile() throws Exception {
        Path file = file("""
                userspace:
                  timeouts: {profile: iptables-tutorial, tcp-established: 1h}
                  tcp-loose: false
                  helpers: [ftp:tcp/21]
                """);
        Userspace read = valid(
                file,
                "tcp-loose=true",
                "tcp-established=10m",
                "udp=5",
                "helpers=[ftp:tcp/2121]",
                "overload={early-drop: false}",
                "udp=7s");
        assertThat(read.tcp().loose()).isTrue();
        assertThat(read.timeouts()).isEqualTo(Userspace.TimeoutProfile.IPTABLES_TUTORIAL);
        assertThat(read.timeoutOverrides())
                .isEqualTo(Map.of("tcp-established", Duration.ofMinutes(10), "udp", Duration.ofSeconds(7)));
        assertThat(read.helpers()).containsExactly(new Userspace.Helper("ftp", 6, 2121));
        assertThat(read.overload().earlyDrop()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp-loose=maybe | --set tcp-loose=maybe: userspace.tcp-loose: expected true or false, found 'maybe'",
                "tcp-loos=true | --set tcp-loos=true: unknown key 'userspace.tcp-loos'; did you mean 'tcp-loose'?",
                "max-entries=0 | --set max-entries=0: userspace.max-entries: 0 is out of range; from 1 to 100000000",
                "tcp-close= | --set tcp-close=: userspace.tcp-close: expected a duration, found nothing",
                "tcp-loose | --set tcp-loose: expected KEY=VALUE with a key of the section userspace, such as tcp-loose=false",
                "overload.probe=true | --set overload.probe=true: a key within a section is given with it: --set 'overload={probe: true}'",
                "=1 | --set =1: expected KEY=VALUE with a key of the section userspace, such as tcp-loose=false",
            })
    void namesTheSettingThatIsWrong(String setting, String error) {
        assertThat(errors(null, setting)).containsExactly(error);
    }

    @Test
    void reportsEveryMistakeOfTheFileAndTheSettings() throws Exception {
        Path file = file("node: fw1\nuserspace:\n  tcp-loose: 5\n");
        assertThat(errors(file, "udp=x", "icmp=y"))
                .hasSize(4)
                .anyMatch(error -> error.contains(":3:14: userspace.tcp-loose"))
                .anyMatch(error -> error.contains("missing section 'cluster'"))
                .anyMatch(error -> error.startsWith("--set udp=x: userspace.udp: "))
                .anyMatch(error -> error.startsWith("--set icmp=y: userspace.icmp: "));
        assertThat(errors(folder.resolve("none"))).singleElement().asString().contains("no such file");
        assertThat(errors(file("[1]"))).singleElement().asString().contains("expected keys with values");
        assertThat(errors(file("userspace: 4"))).singleElement().asString().contains("expected keys with values");
    }

    @Test
    void readsTheRuleOfAHelper() {
        assertThat(Userspace.Helper.parse("ftp:tcp/21")).isEqualTo(new Userspace.Helper("ftp", 6, 21));
        assertThat(Userspace.Helper.parse("sip:17/5060")).isEqualTo(new Userspace.Helper("sip", 17, 5060));
        for (String wrong : List.of("ftp", "ftp:tcp", "ftp:tcp/0", "ftp:tcp/65536", "ftp:nosuch/21", ":tcp/21", "")) {
            assertThat(Userspace.Helper.parse(wrong)).isNull();
        }
    }

    @Test
    void aHelpersRuleMayBeASectionThatSaysMore() throws Exception {
        Userspace read = valid(file("""
                userspace:
                  helpers:
                    - ftp:tcp/2121
                    - {helper: ftp, protocol: tcp, port: 21, zone: 3}
                """));
        assertThat(read.helpers())
                .containsExactly(
                        new Userspace.Helper("ftp", 6, 2121), new Userspace.Helper("ftp", 6, 21, 3, false, 0xffff));
        Userspace keeping = valid(file(
                "userspace: {helpers: [{helper: ftp, protocol: tcp, port: 21, keep: true," + " port-mask: 0xfffc}]}"));
        assertThat(keeping.helpers()).containsExactly(new Userspace.Helper("ftp", 6, 21, -1, true, 0xfffc));
        assertThat(valid(file("userspace: {helpers: [" + keeping.helpers().getFirst() + "]}")))
                .isEqualTo(keeping);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{helper: ftp, protocol: tcp} | missing key 'userspace.helpers[0].port'",
                "{helper: ftp, protocol: udp, port: 21} | userspace.helpers[0].helper: no helper ftp for udp",
                "{helper: ftp, protocol: tcp, port: 21, zone: 65536} | userspace.helpers[0].zone: 65536 is out of range",
                "{helper: ftp, protocol: tcp, port: 21, port-mask: 0} | userspace.helpers[0].port-mask: expected a mask",
                "{helper: ftp, protocol: tcp, port: 21, keeps: true} | did you mean 'keep'?",
                "ftp:tcp/21, {helper: ftp, protocol: tcp, port: 22, keep: true} | give all rules of ftp the same"
            })
    void aSectionOfAHelperThatIsWrongIsNamed(String rules, String error) throws Exception {
        assertThat(errors(file("userspace: {helpers: [" + rules + "]}")))
                .singleElement()
                .asString()
                .contains(error);
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "some", ".yaml"), text);
    }

    private static Userspace valid(@Nullable Path file, String... settings) {
        return switch (UserspaceConfig.read(file, List.of(settings))) {
            case UserspaceConfig.Result.Valid(var userspace) -> userspace;
            case UserspaceConfig.Result.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }

    private static List<String> errors(@Nullable Path file, String... settings) {
        return switch (UserspaceConfig.read(file, List.of(settings))) {
            case UserspaceConfig.Result.Valid(var userspace) -> throw new AssertionError(userspace);
            case UserspaceConfig.Result.Invalid(var errors) ->
                errors.stream().map(ConfigError::toString).toList();
        };
    }
}
