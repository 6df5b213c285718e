package org.conntwin.node.replication;

import org.conntwin.proto.RoleName;

/** Hears what peers claim to be. Called on threads of the channel: it must not block. */
@FunctionalInterface
public interface ClaimListener {
    /** A peer told its role and the number of its claim to be active, 0 for none. */
    void claimed(String peer, RoleName role, long claim);
}
