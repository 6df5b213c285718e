package org.conntwin.tracker.userspace.expect;

import org.jspecify.annotations.Nullable;

/** The policies of all helpers. */
@FunctionalInterface
public interface ExpectPolicies {
    /** The policy of a class of the helper with this name; null when there is no such helper or class. */
    @Nullable
    ExpectPolicy of(String helper, int expectClass);
}
