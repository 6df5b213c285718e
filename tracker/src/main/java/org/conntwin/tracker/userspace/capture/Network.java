package org.conntwin.tracker.userspace.capture;

/** What a link layer says that it carries. */
public enum Network {
    IPV4,
    IPV6,
    /** IP, its version in its first bits. */
    IP,
    /** Something else. */
    OTHER,
    /** Cut by the capture before it could tell. */
    CUT
}
