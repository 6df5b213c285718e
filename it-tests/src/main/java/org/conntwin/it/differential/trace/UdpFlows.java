package org.conntwin.it.differential.trace;

import java.util.List;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Protocol;

/** UDP and UDP-Lite: questions and answers, streams longer than two seconds, wrong lengths, sums and coverages. */
final class UdpFlows {
    private static final int HEADER = 8;

    private UdpFlows() {}

    static void write(TraceBuilder trace, Dice dice) {
        write(trace, dice, Protocol.UDP);
    }

    static void writeLite(TraceBuilder trace, Dice dice) {
        write(trace, dice, Protocol.UDPLITE);
    }

    private static void write(TraceBuilder trace, Dice dice, int protocol) {
        int[] clientPorts = new int[dice.between(1, 4)];
        int[] serverPorts = new int[clientPorts.length];
        for (int i = 0; i < clientPorts.length; i++) {
            clientPorts[i] = dice.clientPort();
            serverPorts[i] = dice.of(53, 123, 514, 5_000, clientPorts[i]);
        }
        boolean slow = dice.percent(40);
        int wrong = dice.of(0, 5, 40);
        for (int i = dice.between(6, 40); i > 0; i--) {
            int flow = dice.between(0, clientPorts.length - 1);
            boolean fromServer = dice.coin();
            int from = fromServer ? serverPorts[flow] : clientPorts[flow];
            int to = fromServer ? clientPorts[flow] : serverPorts[flow];
            boolean right = !dice.percent(wrong);
            byte[] datagram = protocol == Protocol.UDP
                    ? udp(trace, dice, fromServer, from, to, right)
                    : lite(trace, dice, fromServer, from, to, right);
            trace.send(fromServer, protocol, datagram);
            if (slow && dice.percent(15)) {
                trace.pause(dice.of(230_000, 710_000, 1_330_000, 2_110_000));
            }
        }
    }

    private static byte[] udp(TraceBuilder trace, Dice dice, boolean fromServer, int from, int to, boolean right) {
        byte[] data = Bytes.filler(dice.of(0, 1, 2, 12, 513, dice.between(0, 1_400)));
        if (right) {
            Udp.Sum sum = dice.percent(80) ? Udp.Sum.RIGHT : Udp.Sum.NONE;
            return Udp.datagram(trace.ends(), fromServer, from, to, data, HEADER + data.length, sum);
        }
        int length = HEADER + data.length;
        length = dice.of(length, length, length - 1, length + 1, dice.between(0, 9), dice.between(0, 65_535));
        Udp.Sum sum = dice.of(List.of(Udp.Sum.values()));
        byte[] datagram = Udp.datagram(trace.ends(), fromServer, from, to, data, length, sum);
        return dice.percent(15) ? Bytes.cut(datagram, dice.between(0, 9)) : datagram;
    }

    private static byte[] lite(TraceBuilder trace, Dice dice, boolean fromServer, int from, int to, boolean right) {
        byte[] data = Bytes.filler(dice.of(0, 1, 20, dice.between(0, 200)));
        int all = HEADER + data.length;
        if (right) {
            int coverage = dice.of(0, 8, all);
            return Udp.lite(trace.ends(), fromServer, from, to, data, coverage, Protocol.UDP, Udp.Sum.RIGHT);
        }
        int coverage = dice.of(0, 8, 9, all, all - 1, all + 1, dice.between(0, 65_535), dice.between(1, 8));
        int protocol = dice.of(Protocol.UDP, Protocol.UDP, Protocol.UDPLITE);
        Udp.Sum sum = dice.of(List.of(Udp.Sum.values()));
        byte[] datagram = Udp.lite(trace.ends(), fromServer, from, to, data, coverage, protocol, sum);
        return dice.percent(15) ? Bytes.cut(datagram, dice.between(0, 9)) : datagram;
    }
}
