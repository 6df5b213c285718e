package org.conntwin.tracker.table;

/** What became of one change. */
public enum Outcome {
    DONE("done"),
    EXISTS("already in the table"),
    ABSENT("not in the table"),
    MASTER_MISSING("its master is not in the table"),
    HELPER_UNKNOWN("its helper is not known to the local table: load its module, if it is the kernel's;"
            + " a userspace table has the helpers of this version only"),
    TABLE_FULL("the local table is full: raise nf_conntrack_max, or userspace.max-entries of a userspace table"),
    UNSUPPORTED("the local table does not support part of it"),
    BUSY("the local table refused to change it"),
    INVALID("the local table calls it invalid"),
    DENIED("not permitted: CAP_NET_ADMIN is missing"),
    FAILED("the local table failed");

    private final String meaning;

    Outcome(String meaning) {
        this.meaning = meaning;
    }

    /** The outcome in words an operator can act on. */
    public String meaning() {
        return meaning;
    }
}
