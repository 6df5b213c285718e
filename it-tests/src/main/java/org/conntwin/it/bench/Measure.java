package org.conntwin.it.bench;

/**
 * A row of the comparison; NaN where there is no figure.
 *
 * @param name with the unit
 * @param ours conntwin's
 * @param theirs conntrackd's
 * @param aim what conntwin's should come to
 */
record Measure(String name, double ours, double theirs, Aim aim) {
    Measure(String name, double ours, double theirs) {
        this(name, ours, theirs, Aim.NONE);
    }
}
