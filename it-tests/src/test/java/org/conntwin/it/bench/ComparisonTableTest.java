package org.conntwin.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
    private static String line(double ours, double theirs, Aim aim) {
        return ComparisonTable.lines(List.of(new Measure("a measure, ms", ours, theirs, aim)))
                .get(1)
                .replaceAll(" +", " ");
    }

    @Test
    void aRowHasBothFiguresTheirRatioAndWhatWasToBeReached() {
        assertThat(line(1_234.4, 5_000, Aim.ratioAtMost(0.25)))
                .isEqualTo("a measure, ms 1,234 5,000 0.25 ratio <= 0.25 met");
        assertThat(line(2.5, 5, Aim.ratioAtMost(0.25))).isEqualTo("a measure, ms 2.50 5 0.50 ratio <= 0.25 missed");
        assertThat(line(150, 5, Aim.atMost(150))).endsWith("<= 150 met");
        assertThat(line(99.95, 100, Aim.atLeast(100))).endsWith(">= 100 missed");
        assertThat(line(2, 4, Aim.NONE)).isEqualTo("a measure, ms 2 4 0.50");
    }

    @Test
    void whatWasNeverMeasuredMeetsNoAim() {
        assertThat(line(Double.NaN, 5, Aim.atMost(100))).isEqualTo("a measure, ms - 5 - <= 100 missed");
        assertThat(line(Double.NaN, 5, Aim.ratioAtMost(1))).endsWith("missed");
    }

    @Test
    void nothingIsDividedByNothing() {
        assertThat(line(0, 0, Aim.atMost(0))).isEqualTo("a measure, ms 0 0 - <= 0 met");
    }

    @Test
    void columnsStandBelowTheirHeads() {
        List<String> lines = ComparisonTable.lines(List.of(new Measure("x", 1, 2, Aim.atMost(3))));
        assertThat(lines.get(0).indexOf("conntwin") + "conntwin".length())
                .isEqualTo(lines.get(1).indexOf(" 1 ") + 2);
        assertThat(lines.get(0).indexOf("aim")).isEqualTo(lines.get(1).indexOf("<= 3"));
    }

    @Test
    void oneDeadFlowOfManyIsNotRoundedAway() {
        assertThat(ComparisonTable.percent(2_000, 2_000)).isEqualTo(100);
        assertThat(ComparisonTable.percent(1_000, 2_000)).isEqualTo(50);
        assertThat(ComparisonTable.percent(999_999, 1_000_000)).isEqualTo(99.99);
    }

    @Test
    void theMiddleOfThreeIsTheMedian() {
        assertThat(ComparisonTable.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3);
    }
}
