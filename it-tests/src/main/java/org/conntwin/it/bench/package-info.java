/** Benchmark programs: conntwin beside conntrackd, in one run on one machine, so that ratios mean something. */
@NullMarked
package org.conntwin.it.bench;

import org.jspecify.annotations.NullMarked;
