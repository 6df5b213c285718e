/** The port of a local conntrack table: listen, dump, apply changes in batches, flush. */
@NullMarked
package org.conntwin.tracker.table;

import org.jspecify.annotations.NullMarked;
