package org.conntwin.tracker.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.testing.Fuzz;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

/** Entry and expectation lines of a file that an operator loads, damaged. */
class FuzzedLinesTest {
    private static final int SEEDS = 100;
    /** Lines of at most 64 KiB, whose words are looked at one by one. */
    private static final long ALLOCATION = 16 << 20;

    private final RandomEntries entries = new RandomEntries(12);

    @Test
    void entries() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            lines.add(EntryText.line(entries.entry()));
        }
        Fuzz.run("entry-lines", Fuzz.texts(lines), ALLOCATION, input -> {
            try {
                EntryParser.parse(new String(input, StandardCharsets.UTF_8));
                return true;
            } catch (LineException refused) {
                return false;
            }
        });
    }

    @Test
    void expectations() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            lines.add(ExpectationText.line(entries.expectation()));
        }
        Fuzz.run("expectation-lines", Fuzz.texts(lines), ALLOCATION, input -> {
            try {
                ExpectationParser.parse(new String(input, StandardCharsets.UTF_8));
                return true;
            } catch (LineException refused) {
                return false;
            }
        });
    }
}
