package org.conntwin.tracker.model;

/** What a SYN proxy translates: its own initial sequence number, its timestamp, the timestamp offset. */
public record SynProxyOffsets(int initialSequence, int initialTimestamp, int timestampOffset) {}
