package org.conntwin.tracker.model;

/** Packets and bytes of each direction, unsigned. */
public record Accounting(long originalPackets, long originalBytes, long replyPackets, long replyBytes) {}
