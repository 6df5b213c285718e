package org.conntwin.node.role;

import org.conntwin.node.cache.RecordChoice;

/** Who carries the flows that this node is about to give up. */
interface Successor {
    /** The HA manager or a higher claim says that there is one. */
    Successor SOMEBODY = () -> (bytes, from, length) -> true;

    /** Nobody yet. */
    RecordChoice NOTHING = (bytes, from, length) -> false;

    /** What it carries by now; {@link #NOTHING} while that is not known. */
    RecordChoice carries();
}
