package org.conntwin.node.role;

import java.util.function.LongSupplier;

/**
 * What reads the table into the internal cache, as far as commits have to do with it.
 *
 * @param begun how many readings have begun
 * @param afterCommit has one follow a commit that failed, or beside which a reading began: it owns entries a moment before
 *     they are in the table, where that reading does not find them
 * @param beforePause has those in the background wait for a commit that pauses the events
 * @param afterPause has one follow that commit
 */
public record Readings(LongSupplier begun, Runnable afterCommit, Runnable beforePause, Runnable afterPause) {
    /** Of a node that never reads. */
    static final Readings NONE = new Readings(() -> 0, () -> {}, () -> {}, () -> {});
}
