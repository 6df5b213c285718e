package org.conntwin.tracker.userspace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PacketLinesTest {
    private final StringBuilder out = new StringBuilder();

    @Test
    void keepsTheOrderOfRecordsWhateverTheOrderOfVerdicts() {
        PacketLines lines = new PacketLines(out, () -> {}, PacketLines.MOST_WAITING);
        Random random = new Random(4);
        List<Long> open = new ArrayList<>();
        for (long record = 1; record <= 20_000; record++) {
            lines.begin();
            open.add(record);
            while (open.size() > 3000 || (!open.isEmpty() && random.nextInt(3) == 0)) {
                lines.decide(open.remove(random.nextInt(open.size())), Verdict.INVALID);
            }
        }
        Collections.shuffle(open, random);
        open.forEach(record -> lines.decide(record, Verdict.INVALID));
        List<String> printed = out.toString().lines().toList();
        assertThat(printed).hasSize(20_000);
        for (int i = 0; i < printed.size(); i++) {
            assertThat(printed.get(i)).isEqualTo("#" + (i + 1) + " ACCEPT INVALID -");
        }
        assertThat(lines.forced()).isZero();
    }

    @Test
    void givesTheOldestItsLineWhenTooManyWait() {
        PacketLines lines = new PacketLines(out, () -> {}, 1024);
        for (int record = 1; record <= 1025; record++) {
            lines.begin();
            if (record > 2) {
                lines.decide(record, Verdict.UNTRACKED);
            }
        }
        assertThat(out.toString().lines()).containsExactly("#1 DROP UNTRACKED -");
        lines.decide(1, Verdict.INVALID);
        lines.decide(2, Verdict.INVALID);
        lines.decide(2, Verdict.UNTRACKED);
        assertThat(out.toString().lines())
                .hasSize(1025)
                .startsWith("#1 DROP UNTRACKED -", "#2 ACCEPT INVALID -", "#3 ACCEPT UNTRACKED -");
        assertThat(lines.forced()).isEqualTo(1);
    }
}
