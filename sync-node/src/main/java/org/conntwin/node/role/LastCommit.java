package org.conntwin.node.role;

import java.time.Instant;
import org.conntwin.injector.CommitReport;

/** The commit that ran last. */
public record LastCommit(Instant at, CommitReport report) {}
