package org.conntwin.tracker.model;

/** Wall-clock start and stop of a conntrack in nanoseconds since 1970; stop is 0 while it lives. */
public record Timestamps(long startNanos, long stopNanos) {}
