/** The kernel's table behind the port: listening, dumping, batches and flushing over ctnetlink. */
@NullMarked
package org.conntwin.tracker.kernel;

import org.jspecify.annotations.NullMarked;
