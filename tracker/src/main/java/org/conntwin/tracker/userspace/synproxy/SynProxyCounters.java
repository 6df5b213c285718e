package org.conntwin.tracker.userspace.synproxy;

/** What a SYN proxy counted since it began, as the kernel names it. Guarded by the tracker's lock. */
public final class SynProxyCounters {
    /** SYNs of clients, each answered with a cookie. */
    public long synReceived;
    /** ACKs that answer no cookie of the last minutes; dropped. */
    public long cookieInvalid;
    /** ACKs that do; each made a connection to the server. */
    public long cookieValid;
    /** Clients that asked again before the server had answered. */
    public long cookieRetrans;
    /** Connections that began anew in an entry that was closed. */
    public long connReopened;

    /** The proxy's own packets that could not be sent. */
    public long unsent;

    /** Starts at zero. */
    public SynProxyCounters() {}
}
