package org.conntwin.tracker.userspace.expect;

import java.util.Set;

/** What runs on an expected flow to translate it, by the kernel's names. */
public final class ExpectFunctions {
    /** It is bound as its master is bound. */
    public static final String FOLLOW_MASTER = "nat-follow-master";

    /** The same for what SIP announces, which tells addresses and not only ports. */
    public static final String SIP = "sip";

    static final Set<String> ALL = Set.of(FOLLOW_MASTER, SIP);

    private ExpectFunctions() {}
}
