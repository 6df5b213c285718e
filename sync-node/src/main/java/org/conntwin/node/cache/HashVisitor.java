package org.conntwin.node.cache;

/** Hears the hashes of a record. */
public interface HashVisitor {
    /** Of its key and of its content. */
    void hashes(long key, long content);
}
