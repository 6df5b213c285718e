package org.conntwin.tracker.userspace.helper.broadcast;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * Questions to a broadcast address, which every host of that network may answer from the protocol's own port: NetBIOS
 * names for 3 s, SNMP for 30 s, from the last question on. A question to a network that this host is not in, so that its
 * mask is not known, leads to nothing: its answers are new flows. Behaves as {@code nf_conntrack_broadcast}, for packets
 * of others, too.
 */
public final class BroadcastHelper implements Helper {
    private final String name;
    private final int port;
    private final int seconds;
    private final Networks networks;

    private BroadcastHelper(String name, int port, int seconds, Networks networks) {
        this.name = name;
        this.port = port;
        this.seconds = seconds;
        this.networks = networks;
    }

    /** Of NetBIOS' name service. */
    public static BroadcastHelper netBios(Networks networks) {
        return new BroadcastHelper("netbios-ns", 137, 3, networks);
    }

    /** Of SNMP. */
    public static BroadcastHelper snmp(Networks networks) {
        return new BroadcastHelper("snmp", 161, 30, networks);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.UDP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return List.of(new ExpectPolicy(1, seconds));
    }

    @Override
    public Verdict inspect(Inspection packet) {
        Flow flow = packet.flow();
        if (packet.direction() == Flow.REPLY || flow.family() != Family.IPV4) {
            return Verdict.ACCEPT;
        }
        Tuple reply = flow.tuple(Flow.REPLY);
        long mask = networks.mask(flow.tuple(Flow.ORIGINAL).destinationLow(), packet.now());
        if (mask != 0) {
            Tuple answer = new Tuple(
                    Family.IPV4,
                    Protocol.UDP,
                    0,
                    reply.sourceLow(),
                    0,
                    reply.destinationLow(),
                    port,
                    reply.destinationKey());
            Tuple anyHost = new Tuple(Family.IPV4, Protocol.UDP, 0, mask, 0, 0xffff_ffffL, 0xffff, 0xffff);
            Wanted wanted = new Wanted(answer, anyHost, 0, Expectation.PERMANENT, null, null, null);
            packet.expect(wanted);
        }
        return Verdict.ACCEPT;
    }
}
