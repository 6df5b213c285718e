package org.conntwin.it.differential.trace;

import static org.conntwin.it.wire.TcpSegment.SYN;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpSegment;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that a helper listens to, over UDP or TCP: messages in both directions, some of them damaged or split,
 * and packets of the flows that may follow from it.
 */
final class HelperTalk {
    final TraceBuilder trace;
    final Dice dice;
    /** The client's port. */
    final int port;

    private final int serverPort;
    private final int damagedPercent;
    private final @Nullable TcpTalk tcp;
    /** Ports that were announced. */
    final List<Integer> announced = new ArrayList<>();

    private HelperTalk(TraceBuilder trace, Dice dice, int serverPort, boolean overTcp) {
        this.trace = trace;
        this.dice = dice;
        this.serverPort = serverPort;
        port = dice.between(1_025, 65_535);
        damagedPercent = dice.of(0, 10, 40);
        tcp = overTcp ? new TcpTalk(trace, dice, port, serverPort) : null;
        if (tcp != null) {
            tcp.client.window = 30_000;
            tcp.server.window = 30_000;
            if (dice.percent(90)) {
                tcp.open();
            }
        }
    }

    /** Over UDP, to this port of the server. */
    static HelperTalk udp(TraceBuilder trace, Dice dice, int serverPort) {
        return new HelperTalk(trace, dice, serverPort, false);
    }

    /** Over TCP, to this port of the server. */
    static HelperTalk tcp(TraceBuilder trace, Dice dice, int serverPort) {
        return new HelperTalk(trace, dice, serverPort, true);
    }

    /** An address in text. */
    String address(boolean ofServer) {
        return trace.ends().text(ofServer);
    }

    /** A port to announce: mostly a plain one, and remembered. */
    int announce() {
        int chosen = dice.percent(90) ? dice.between(1_024, 65_535) : dice.of(0, 1, 80, 65_535, 65_536, 70_000, 99_999);
        announced.add(chosen & 0xffff);
        return chosen;
    }

    void say(boolean fromServer, String text) {
        say(fromServer, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says a message: as it is, damaged, or in two parts. */
    void say(boolean fromServer, byte[] message) {
        byte[] said = dice.percent(damagedPercent) ? damaged(message) : message;
        if (dice.percent(5) && said.length > 2) {
            int at = dice.between(1, said.length - 1);
            exactly(fromServer, Bytes.cut(said, at));
            exactly(fromServer, Arrays.copyOfRange(said, at, said.length));
        } else {
            exactly(fromServer, said);
        }
    }

    private void exactly(boolean fromServer, byte[] message) {
        TcpTalk talk = tcp;
        if (talk == null) {
            int from = fromServer ? serverPort : port;
            int to = fromServer ? port : serverPort;
            trace.send(fromServer, Protocol.UDP, Udp.datagram(trace.ends(), fromServer, from, to, message));
            return;
        }
        TcpSegment segment = talk.end(fromServer).data(message);
        talk.pass(fromServer, segment);
        if (dice.percent(5)) {
            talk.pass(fromServer, talk.end(fromServer).again());
        }
        if (dice.percent(80)) {
            talk.pass(!fromServer, talk.end(!fromServer).ack());
        }
    }

    private byte[] damaged(byte[] message) {
        byte[] out = message.clone();
        for (int i = dice.between(1, 3); i > 0 && out.length > 0; i--) {
            int at = dice.between(0, out.length - 1);
            switch (dice.between(0, 5)) {
                case 0 -> out[at] = (byte) dice.any();
                case 1 -> out = Bytes.cut(out, at);
                case 2 -> out = Bytes.join(Bytes.cut(out, at), dice.bytes(dice.between(1, 3)), tail(out, at));
                case 3 ->
                    out = Bytes.join(Bytes.cut(out, at), tail(out, Math.min(out.length, at + dice.between(1, 4))));
                case 4 -> out[at] = (byte) dice.of(' ', '\n', '\r', '0', '9', ':', ',', 0, 1, 255, '-');
                default -> out = Bytes.join(out, tail(out, at));
            }
        }
        return out;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    /** A port that follows from what was announced, or nearly. */
    int target() {
        return announced.isEmpty() || dice.percent(10)
                ? dice.between(1, 65_535)
                : announced.get(dice.between(0, announced.size() - 1)) + dice.of(0, 0, 0, 0, 1);
    }

    /** A connection's first segment. */
    void connect(boolean fromServer, int from, int to) {
        TcpSegment segment = new TcpSegment();
        segment.sourcePort = from;
        segment.destinationPort = to & 0xffff;
        segment.flags = SYN;
        segment.sequence = dice.any();
        segment.window = 1000;
        trace.send(fromServer, segment);
    }

    /** A datagram of another flow. */
    void datagram(boolean fromServer, int from, int to) {
        trace.send(
                fromServer,
                Protocol.UDP,
                Udp.datagram(trace.ends(), fromServer, from, to & 0xffff, Bytes.filler(dice.between(0, 20))));
    }
}
