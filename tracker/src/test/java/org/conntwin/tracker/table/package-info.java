/** What every local table does through its port, as scenarios that run on each of them. */
@NullMarked
package org.conntwin.tracker.table;

import org.jspecify.annotations.NullMarked;
