package org.conntwin.tracker.text;

import org.conntwin.tracker.model.Expectation;

/** Expectation lines, which follow {@code conntrack -L exp}. */
public final class ExpectationText {
    private ExpectationText() {}

    /** Appends the expectation's line without a line end. */
    public static void append(StringBuilder out, Expectation expectation) {
        out.append(Math.max(0, expectation.timeoutSeconds()))
                .append(" proto=")
                .append(expectation.tuple().protocol())
                .append(' ');
        TupleText.append(out, expectation.tuple());
        TupleText.addresses(out, expectation.mask(), "mask-src=", "mask-dst=");
        TupleText.keys(out, expectation.mask());
        TupleText.addresses(out, expectation.master(), "master-src=", "master-dst=");
        TupleText.keys(out, expectation.master());
        if (expectation.zone().id() != 0) {
            out.append("zone=").append(expectation.zone().id()).append(' ');
        }
        flags(out, expectation.flags());
        out.append("class=").append(expectation.expectClass());
        if (expectation.helper() != null) {
            out.append(" helper=").append(expectation.helper());
        }
    }

    /** The expectation's line. */
    public static String line(Expectation expectation) {
        StringBuilder out = new StringBuilder(300);
        append(out, expectation);
        return out.toString();
    }

    private static void flags(StringBuilder out, int flags) {
        int before = out.length();
        flag(out, before, flags, Expectation.PERMANENT, "PERMANENT");
        flag(out, before, flags, Expectation.INACTIVE, "INACTIVE");
        flag(out, before, flags, Expectation.USERSPACE, "USERSPACE");
        if (out.length() > before) {
            out.append(' ');
        }
    }

    private static void flag(StringBuilder out, int before, int flags, int bit, String name) {
        if ((flags & bit) != 0) {
            out.append(out.length() > before ? "," : "").append(name);
        }
    }
}
