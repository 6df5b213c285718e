package org.conntwin.it.differential;

import static org.conntwin.it.differential.NatNetwork.GATE;
import static org.conntwin.it.differential.NatNetwork.address;
import static org.conntwin.it.differential.NatNetwork.source;

import java.util.List;
import java.util.stream.Stream;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;

/** What is sent through a router that translates. */
final class NatScripts {
    private NatScripts() {}

    /** Those in which nothing is left to chance. */
    static List<NatScript> all() {
        return Stream.of(
                        RuleScripts.all(),
                        ErrorScripts.all(),
                        PortScripts.all(),
                        FtpScripts.all(),
                        NatHelperScripts.all(),
                        NatSipScripts.all())
                .flatMap(List::stream)
                .toList();
    }

    /** A trace of the comparison without translation, its server answering what it sees. */
    static NatScript translated(Trace trace) {
        NatScript script = new NatScript(
                trace.name(), "", "ip saddr 10.64.0.0/10 snat ip to 10.160.0.1", source("10.64.0.0/10", GATE, 0, 0));
        script.untilChance = true;
        Rewriting rewriting = new Rewriting();
        PacketReader reader = new PacketReader(false);
        Packet packet = new Packet();
        TupleKey to = new TupleKey();
        to.destinationLow = address(GATE).low();
        for (Trace.Step step : trace.steps()) {
            byte[] bytes = step.packet().clone();
            boolean fromServer = (bytes[13] & 0xc0) != 0x40;
            if (fromServer
                    && reader.read(bytes, 0, bytes.length, bytes.length, packet) == PacketShape.WHOLE
                    && packet.transportLength() >= 6) {
                boolean icmp = packet.key.protocol == Protocol.ICMP;
                to.keys = packet.u16(packet.transport + (icmp ? 4 : 2)) << (icmp ? 16 : 0);
                rewriting.end(packet, false, to);
            }
            script.send(bytes);
        }
        return script;
    }
}
