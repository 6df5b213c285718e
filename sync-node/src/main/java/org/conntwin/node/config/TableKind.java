package org.conntwin.node.config;

/** Which local table a node keeps in step: the kernel's or the userspace tracker's. */
public enum TableKind {
    /** Linux connection tracking of the network namespace the node runs in. */
    KERNEL,
    /** The userspace tracker's own table. */
    USERSPACE
}
