package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * The source keys of enhanced GRE, whose packets carry only the call id of their receiver: whoever followed the PPTP
 * control connection knows the other one. Asked for every packet of GRE version 1; must not allocate.
 */
@FunctionalInterface
public interface SourceKeys {
    /** Nothing is known. */
    SourceKeys NONE = packet -> 0;

    /**
     * The source key of a packet whose addresses and destination key are given.
     *
     * @return 0 to 65535; 0 when it is not known
     */
    int of(TupleKey packet);
}
