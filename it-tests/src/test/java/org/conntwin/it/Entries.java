package org.conntwin.it;

import java.util.List;
import java.util.stream.IntStream;

/** Plain entries in the words of `conntrack -I`, for tests that need many of them. */
final class Entries {
    private static final int PORTS = 50_000;

    private Entries() {}

    /** So many established TCP flows, all different, with a lifetime that outlasts any test. */
    static List<String> tcpLines(int count) {
        return tcpLines(count, "10.1");
    }

    /** The same from another client network, the first two numbers of an address. */
    static List<String> tcpLines(int count, String network) {
        return IntStream.range(0, count)
                .mapToObj(i -> "-p tcp -s " + network + ".0." + (1 + i / PORTS) + " -d 10.2.0.1 --sport "
                        + (1_000 + i % PORTS) + " --dport 80 --state ESTABLISHED -t 86400 -u SEEN_REPLY,ASSURED")
                .toList();
    }
}
