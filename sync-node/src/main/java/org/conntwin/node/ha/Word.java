package org.conntwin.node.ha;

/** What keepalived wants of this node. */
enum Word {
    /** Has become master: take over. */
    MASTER,
    /** Is master, as it was before: nothing to do for a node that is active. */
    STILL_MASTER,
    /** Was master, did not know that another one was meanwhile, and took the addresses back: take over again. */
    MASTER_AGAIN,
    /** Is backup, or has stopped. */
    BACKUP,
    /** Something that it needs is broken. */
    FAULT
}
