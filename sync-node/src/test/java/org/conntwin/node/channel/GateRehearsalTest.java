package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GateRehearsalTest {
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();
    private final GateRehearsal gates = new GateRehearsal(
            System::nanoTime, message -> first.add(text(message)), message -> second.add(text(message)));

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }

    @Test
    void shouldHaveEachEndHearTheOther() {
        for (String word : List.of("one", "two", "three")) {
            gates.say(0, word.getBytes(StandardCharsets.UTF_8));
        }
        gates.say(1, "four".getBytes(StandardCharsets.UTF_8));
        assertThat(second).containsExactly("one", "two", "three");
        assertThat(first).containsExactly("four");
    }
}
