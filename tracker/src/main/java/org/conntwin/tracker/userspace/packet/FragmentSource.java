package org.conntwin.tracker.userspace.packet;

/** One sender of IPv4 fragments. */
final class FragmentSource {
    /** Fragments it sent since the first of its datagrams that still wait; may wrap. */
    int sent;
    /** Datagrams of it that wait. */
    int waiting;

    FragmentSource() {}
}
