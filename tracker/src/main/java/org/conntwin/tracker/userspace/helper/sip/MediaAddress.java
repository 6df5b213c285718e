package org.conntwin.tracker.userspace.helper.sip;

/** Where media is; changes on its way through a translation. */
final class MediaAddress {
    /** Upper half, as in a tuple. */
    long high;
    /** Lower half. */
    long low;
}
