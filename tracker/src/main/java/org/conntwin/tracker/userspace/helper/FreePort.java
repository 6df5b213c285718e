package org.conntwin.tracker.userspace.helper;

import java.util.random.RandomGenerator;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.jspecify.annotations.Nullable;

/** Finds a port at which nobody expects anything yet. Not thread-safe. */
final class FreePort {
    /** Ports tried, the wanted one first. */
    private static final int ATTEMPTS = 129;

    private static final int HIGHEST = 65_535;

    private final RandomGenerator random;

    FreePort(RandomGenerator random) {
        this.random = random;
    }

    /** Expects at the wanted port or a higher one; what is expected, null when nothing is. */
    @Nullable
    Wanted expect(Inspection packet, Wanted asked) {
        Tuple tuple = asked.tuple();
        int first = tuple.destinationKey();
        Wanted wanted = asked;
        Outcome outcome = packet.expect(wanted);
        for (int left = Math.min(HIGHEST - first, ATTEMPTS - 1); outcome == Outcome.BUSY && left > 0; left--) {
            int port = first + random.nextInt(HIGHEST - first);
            wanted = asked.seenAt(tuple.destinationHigh(), tuple.destinationLow(), port);
            outcome = packet.expect(wanted);
        }
        return outcome == Outcome.DONE && wanted.tuple().destinationKey() != 0 ? wanted : null;
    }
}
