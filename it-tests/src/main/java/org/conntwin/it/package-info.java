/** Failover scenarios and benchmarks against the real kernel. */
@NullMarked
package org.conntwin.it;

import org.jspecify.annotations.NullMarked;
