package org.conntwin.it.bench;

import java.util.function.Function;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.ConntrackLimit;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.SyncNetwork;

/** One run with a pair of each product, in a lab of its own. */
final class Products {
    private Products() {}

    /** With conntwin, an external cache, and room for so many entries in each table. */
    static <T> T conntwin(long room, Function<ReplicatingPair, T> run) {
        return conntwin(Twins.IN_CACHE, room, run);
    }

    /** With conntwin, and room for so many entries in each table. */
    static <T> T conntwin(Twins twins, long room, Function<ReplicatingPair, T> run) {
        System.out.println("conntwin:");
        try (ClusterLab cluster = ClusterLab.of(2)) {
            cluster.lab().own(ConntrackLimit.atLeast(room));
            return run.apply(new ConntwinPair(cluster, twins));
        }
    }

    /** With conntrackd, an external cache, and room for so many entries in each table. */
    static <T> T conntrackd(long room, Function<ReplicatingPair, T> run) {
        return conntrackd(Twins.IN_CACHE, room, run);
    }

    /** With conntrackd, and room for so many entries in each table. */
    static <T> T conntrackd(Twins twins, long room, Function<ReplicatingPair, T> run) {
        System.out.println("conntrackd:");
        try (Lab lab = Lab.open()) {
            lab.own(ConntrackLimit.atLeast(room));
            return run.apply(new ConntrackdPair(lab, SyncNetwork.build(lab, 2), twins));
        }
    }
}
