package org.conntwin.injector;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/**
 * Who owns what a commit writes. An entry is adopted before it is written, so that what packets then do to
 * it is heard on top of it, and disowned when the table refuses it. Called by the committing thread.
 */
public interface Ownership {
    /** What this node holds against a peer's copy of an entry. */
    enum Standing {
        /** Nothing: the entry is to be made. */
        UNKNOWN,
        /** An own copy that the peer's replaces. */
        OLDER,
        /** An own copy that is newer than the peer's: the peer's is left out. */
        NEWER
    }

    /** How the local copy of the entry stands against what is to be committed. */
    Standing standing(Conntrack entry);

    /** The entry is this node's own from now on. */
    void adopt(Conntrack entry);

    /** The entry could not be written: it is not there. */
    void disown(Conntrack entry);

    /** The expectation is this node's own from now on. */
    void adopt(Expectation expectation);

    /** The expectation could not be written. */
    void disown(Expectation expectation);

    /** Nothing is owned: entries stay their peers'. */
    Ownership NONE = new Ownership() {
        @Override
        public Standing standing(Conntrack entry) {
            return Standing.UNKNOWN;
        }

        @Override
        public void adopt(Conntrack entry) {}

        @Override
        public void disown(Conntrack entry) {}

        @Override
        public void adopt(Expectation expectation) {}

        @Override
        public void disown(Expectation expectation) {}
    };
}
