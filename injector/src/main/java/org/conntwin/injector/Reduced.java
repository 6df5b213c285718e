package org.conntwin.injector;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Status;

/** An entry with less, for a table that refuses the whole: the flow itself lives on. Pure functions. */
public final class Reduced {
    private Reduced() {}

    /** Without its helper. */
    public static Conntrack withoutHelper(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        out.helper = null;
        return rebuilt(out, entry);
    }

    /** Without labels, sequence adjustment and SYN proxy's offsets. */
    public static Conntrack withoutExtras(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        out.labels = null;
        out.originalAdjustment = null;
        out.replyAdjustment = null;
        out.synProxy = null;
        return rebuilt(out, entry);
    }

    /** An update that only touches what every entry has: status bits and extensions are left as they are. */
    public static Conntrack essentials(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(withoutExtras(entry));
        out.status = 0;
        if (entry.has(Status.FIXED_TIMEOUT)) {
            out.timeoutSeconds = Conntrack.UNKNOWN; // a fixed lifetime cannot be changed
        }
        return rebuilt(out, entry);
    }

    /** As a flow of its own. */
    public static Conntrack withoutMaster(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        out.master = null;
        return rebuilt(out, entry);
    }

    private static Conntrack rebuilt(ConntrackBuilder out, Conntrack otherwise) {
        Conntrack built = out.build();
        return built == null ? otherwise : built;
    }
}
