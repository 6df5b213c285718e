package org.conntwin.node.replication;

import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.proto.RoleName;

/** One peer, present or past: its receiver and what it told of itself. */
final class Peer {
    final String name;
    final TwinReceiver receiver;
    /** Held while this node's twin of the peer is compared with the peer's own: one comparison at a time. */
    final ReentrantLock verifying = new ReentrantLock();

    volatile boolean up;
    /** Whether it said who it is since it came into sight. */
    volatile boolean greeted;

    volatile RoleName role = RoleName.BACKUP;
    volatile long claim;
    volatile long incarnation;
    /** Whether the peer found its twin of this node complete, by its last answer. */
    volatile boolean itsParity;

    Peer(String name, TwinReceiver receiver) {
        this.name = name;
        this.receiver = receiver;
    }
}
