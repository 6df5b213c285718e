package org.conntwin.it.bench;

/**
 * What a measure should come to.
 *
 * @param text for the table
 * @param judge whether it is met
 */
record Aim(String text, Judge judge) {
    /** Nothing to reach. */
    static final Aim NONE = new Aim("", (ours, theirs) -> true);

    /** Judges conntwin's figure, with conntrackd's beside it; NaN meets nothing. */
    @FunctionalInterface
    interface Judge {
        boolean met(double ours, double theirs);
    }

    static Aim atMost(double limit) {
        return new Aim("<= " + ComparisonTable.number(limit), (ours, theirs) -> ours <= limit);
    }

    static Aim atLeast(double limit) {
        return new Aim(">= " + ComparisonTable.number(limit), (ours, theirs) -> ours >= limit);
    }

    /** So much of conntrackd's at most. */
    static Aim ratioAtMost(double limit) {
        return new Aim("ratio <= " + ComparisonTable.number(limit), (ours, theirs) -> ours <= limit * theirs);
    }

    /** Empty where there is nothing to reach. */
    String verdict(double ours, double theirs) {
        if (text.isEmpty()) {
            return "";
        }
        return judge.met(ours, theirs) ? "met" : "missed";
    }
}
