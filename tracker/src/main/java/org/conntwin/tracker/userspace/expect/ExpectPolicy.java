package org.conntwin.tracker.userspace.expect;

/**
 * What a helper allows of one class of its expectations.
 *
 * @param limit most expectations of this class that a master has at a time, 1 to 255; a further one replaces the oldest
 * @param timeoutSeconds lifetime of an expectation, at least 1
 */
public record ExpectPolicy(int limit, int timeoutSeconds) {}
