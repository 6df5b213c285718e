package org.conntwin.tracker.userspace.helper;

/** Whether a packet may go on. */
public enum Verdict {
    ACCEPT,
    DROP
}
