/** Bytes of ctnetlink to model records and back. Pure: no socket is opened here. */
@NullMarked
package org.conntwin.tracker.ctnetlink;

import org.jspecify.annotations.NullMarked;
