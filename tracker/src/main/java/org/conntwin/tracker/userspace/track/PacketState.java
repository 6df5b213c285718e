package org.conntwin.tracker.userspace.track;

/** What the tracker tells a ruleset of a packet ({@code ct state}). */
public enum PacketState {
    NEW,
    ESTABLISHED,
    RELATED,
    INVALID,
    UNTRACKED
}
