package org.conntwin.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
    @Test
    void shouldTellWordsFromOptions() throws RefusedException {
        Arguments arguments = new Arguments(
                List.of("dump", "--json", "table", "--filter", "proto=tcp --format", "expect", "--strict"));
        assertThat(arguments.command()).isEqualTo("dump");
        assertThat(arguments.word(1, "")).isEqualTo("table");
        assertThat(arguments.word(2, "ct")).isEqualTo("expect");
        assertThat(arguments.word(3, "none")).isEqualTo("none");
        assertThat(arguments.json()).isTrue();
        assertThat(arguments.has("--strict")).isTrue();
        assertThat(arguments.has("--other")).isFalse();
        assertThat(arguments.option("--filter", "")).isEqualTo("proto=tcp --format");
        assertThat(arguments.option("--format", "text")).isEqualTo("text");
    }

    @Test
    void shouldRefuseWhatIsNoCommand() {
        assertThatThrownBy(() -> new Arguments(List.of())).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new Arguments(List.of("--json"))).hasMessage("no command");
        assertThatThrownBy(() -> new Arguments(List.of("dump", "--filter")))
                .hasMessage("--filter needs a value")
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(2));
    }
}
