package org.conntwin.tracker.userspace.expect;

import org.jspecify.annotations.Nullable;

/** The policies of all helpers. */
@FunctionalInterface
public interface ExpectPolicies {
    /** The policy of a class of the helper with this name; null when there is no such helper or class. */
    @Nullable
    ExpectPolicy of(String helper, int expectClass);

    /** How the expectations of the helper with this name are kept. */
    default Retention retention(String helper) {
        return Retention.NONE;
    }

    /** Bits of destination ports that count in every helper's {@link #retention}. */
    default int commonPortMask() {
        return Retention.NONE.portMask();
    }
}
