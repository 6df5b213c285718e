package org.conntwin.injector;

import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** What there is to commit. Each method visits everything once, in any order. */
public interface CommitSource {
    /** Visits the entries. */
    void entries(Consumer<? super Conntrack> visitor);

    /** Visits the expectations. */
    void expectations(Consumer<? super Expectation> visitor);

    /** Records that could not be read by the visits so far, and are missing in them. */
    default int unreadable() {
        return 0;
    }
}
