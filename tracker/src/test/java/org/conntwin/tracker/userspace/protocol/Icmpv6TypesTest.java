package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.junit.jupiter.api.Test;

/** All types of ICMPv6, as Linux 6.18 was seen to take each. */
final class Icmpv6TypesTest {

    @Test
    void discoveryIsUntrackedAndOnlyQueriesBeginAFlow() {
        assertThat(types("ACCEPT UNTRACKED -")).containsExactly(130, 131, 132, 133, 134, 135, 136, 143, 151, 152);
        assertThat(types("ACCEPT NEW original")).containsExactly(128, 139);
    }

    private static List<Integer> types(String verdict) {
        Scenario scenario = new Scenario();
        return IntStream.range(0, 256)
                .filter(type -> scenario.send(Packets.icmp("2001:db8::1", "2001:db8::2", type, 0)
                                .payload(8))
                        .equals(verdict))
                .boxed()
                .toList();
    }
}
