package org.conntwin.it.bench;

/** Where a backup holds what its peers own. */
enum Twins {
    /** In its external cache, until it is told to commit. */
    IN_CACHE,
    /** In its kernel at all times: conntwin's {@code external-cache: false}, conntrackd's {@code DisableExternalCache On}. */
    IN_KERNEL
}
