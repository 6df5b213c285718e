package org.conntwin.node.replication;

import org.conntwin.proto.SyncMessage;

/** Hears of votes, on the channel's threads; must not block. */
public interface ElectionListener {
    /** A peer asks for this node's vote. */
    void asked(String peer, SyncMessage.VoteRequest request);

    /** A peer answered this node's request. */
    void answered(String peer, SyncMessage.Vote vote);

    /** A node that does not vote. */
    ElectionListener NONE = new ElectionListener() {
        @Override
        public void asked(String peer, SyncMessage.VoteRequest request) {}

        @Override
        public void answered(String peer, SyncMessage.Vote vote) {}
    };
}
