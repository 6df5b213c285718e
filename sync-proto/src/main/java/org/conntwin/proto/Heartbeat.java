package org.conntwin.proto;

/**
 * The sum of an origin's digests at one point of its stream.
 *
 * @param unsent changes that wait to be sent
 * @param claim number of the origin's claim to be active, 0 for none
 */
public record Heartbeat(
        long conntrackDigest,
        int conntracks,
        long expectationDigest,
        int expectations,
        int unsent,
        RoleName role,
        long claim) {}
