package org.conntwin.it.bench;

import java.util.List;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.SyncNetwork;

/** Two nodes of some product on a sync network; the first takes the load, the second is the backup. */
interface ReplicatingPair {
    /** The product's name, a column of the table. */
    String product();

    /** What owns the outside things. */
    Lab lab();

    /** Where they run. */
    SyncNetwork network();

    /** The process of node 1 or 2. */
    LabProcess process(int node);

    /** Entries that the backup holds for the first. */
    long entriesOnBackup();

    /**
     * Writes them into the backup's kernel table and returns when that is done.
     *
     * @return seconds, as the product itself reports them: without the start of its command line program
     */
    double commit();

    /** Tells the backup what keepalived tells a new master, and waits for nothing. */
    void tellMaster();

    /** Tells the first what keepalived tells a master that is one no more, and waits for nothing. */
    void tellBackup();

    /** The words that ask the first for its counters. */
    List<String> statusCommand();
}
