package org.conntwin.it.synproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Ends;
import org.conntwin.it.wire.TcpOptions;
import org.conntwin.it.wire.TcpSegment;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;

/**
 * A client and a server that talk through a proxy, decided by a seed alone, but for the proxy's cookie and clock: what
 * the client answers has them in it. What comes out is written down with both left out, so two proxies can be compared.
 */
final class Conversation {
    private final Proxy proxy;
    private final SplittableRandom random;
    private final Ends ends;
    private final int clientPort;
    private final int serverPort;
    private final List<String> log = new ArrayList<>();

    private int cookie;
    private int clock;
    private int clientNext;
    private int serverStart;
    private int serverNext;
    private boolean clientStamps;
    private boolean serverStamps;
    private int clientTime;
    private int serverTimeAtFirst;
    private int serverTime;
    private int serverTold;
    private final Tuple tuple;

    Conversation(Proxy proxy, int seed) {
        this.proxy = proxy;
        random = new SplittableRandom(seed);
        clientNext = random.nextInt();
        ends = Ends.of(Family.IPV4, 1 + seed);
        clientPort = 1024 + random.nextInt(60_000);
        serverPort = 80 + random.nextInt(3);
        byte[] any = segment(false, TcpSegment.ACK, new byte[0], 0).packet(ends, false);
        tuple = Tuple.ipv4(Protocol.TCP, Bytes.get32(any, 12), Bytes.get32(any, 16), clientPort, serverPort);
    }

    /** All that came out, a line for each step. */
    List<String> run() {
        if (connection() && random.nextInt(3) != 0) {
            // Once more with the same ports, ahead of all that was sent, as end hosts do it.
            connection();
        }
        return log;
    }

    /** Whether the connection was opened and closed. */
    private boolean connection() {
        clientNext += 1_000_000 + random.nextInt(1_000_000);
        serverStart = random.nextInt();
        serverNext = serverStart;
        clientTime = random.nextInt();
        serverTimeAtFirst = random.nextInt();
        serverTime = serverTimeAtFirst;
        serverTold = serverTimeAtFirst;
        serverStamps = false;
        if (!open()) {
            return false;
        }
        int exchanges = random.nextInt(12);
        for (int i = 0; i < exchanges; i++) {
            if (random.nextBoolean()) {
                fromClient("data", TcpSegment.ACK | TcpSegment.PSH, 1 + random.nextInt(1000));
            } else {
                fromServer("data", TcpSegment.ACK | TcpSegment.PSH, 1 + random.nextInt(1000));
            }
            if (random.nextInt(4) == 0) {
                selective();
            }
        }
        if (random.nextBoolean()) {
            fromClient("fin", TcpSegment.ACK | TcpSegment.FIN, 0);
            fromServer("fin", TcpSegment.ACK | TcpSegment.FIN, 0);
            fromClient("last", TcpSegment.ACK, 0);
            return isOver();
        }
        if (random.nextBoolean()) {
            fromServer("fin", TcpSegment.ACK | TcpSegment.FIN, 0);
            fromClient("fin", TcpSegment.ACK | TcpSegment.FIN, 0);
            fromServer("last", TcpSegment.ACK, 0);
            return isOver();
        }
        return false;
    }

    private boolean isOver() {
        Conntrack entry = proxy.find(tuple);
        return entry != null && entry.state() instanceof TcpState tcp && tcp.state() == TcpState.TIME_WAIT;
    }

    /** Whether the connection is open in the end. */
    private boolean open() {
        TcpOptions options = new TcpOptions();
        if (random.nextInt(8) != 0) {
            options.mss(1 + random.nextInt(2000));
        }
        if (random.nextBoolean()) {
            options.sackPermitted();
        }
        boolean stamps = random.nextInt(3) != 0;
        if (stamps) {
            options.timestamps(clientTime, 0);
        }
        if (random.nextInt(3) != 0) {
            options.scale(random.nextInt(16));
        }
        int flags = random.nextInt(4) == 0 ? TcpSegment.SYN | TcpSegment.ECE | TcpSegment.CWR : TcpSegment.SYN;
        TcpSegment syn = segment(false, flags, options.bytes(), 29_200);
        syn.acknowledgment = 0;
        Proxy.Out answered = proxy.send(syn.packet(ends, false), false);
        if (answered.toClient().size() != 1) {
            log.add("SYN: " + answered.toClient().size() + " answers");
            return false;
        }
        Seen answer = answered.toClient().getFirst();
        cookie = answer.sequence();
        clock = answer.timestamp();
        clientStamps = answer.hasTimestamp();
        // Bits that remember options are the same in both; the clock behind them is not.
        note("syn (remembers " + (clock & 0x3f) + ")", answered, true);
        clientNext++;
        // With an entry there it might be taken for a segment of that one, and its numbers for those of the cookies.
        if (random.nextInt(4) == 0 && proxy.find(tuple) == null) {
            TcpSegment wrong = segment(false, TcpSegment.ACK, stamps(), 500);
            wrong.acknowledgment = cookie + 12_345;
            send("wrong cookie", wrong, false, true);
        }
        TcpSegment ack = segment(false, TcpSegment.ACK, stamps(), 1 + random.nextInt(60_000));
        ack.acknowledgment = cookie + 1;
        ack.data = random.nextInt(4) == 0 ? Bytes.filler(20) : new byte[0];
        send("ack", ack, false, true);
        if (random.nextInt(4) == 0) {
            send("ack again", ack, false, true);
        }
        return answerOfServer();
    }

    private boolean answerOfServer() {
        if (random.nextInt(8) == 0) {
            TcpSegment refusal = segment(true, TcpSegment.RST | TcpSegment.ACK, new byte[0], 0);
            refusal.sequence = 0;
            send("refused", refusal, true, true);
            return false;
        }
        TcpOptions options = new TcpOptions().mss(1400);
        serverStamps = clientStamps && random.nextInt(6) != 0;
        if (serverStamps) {
            options.timestamps(serverTime, clientTime);
        }
        if (random.nextInt(3) != 0) {
            options.scale(random.nextInt(15));
        }
        serverTold = serverTime;
        TcpSegment answer = segment(true, TcpSegment.SYN | TcpSegment.ACK, options.bytes(), random.nextInt(65_536));
        // What the kernel's proxy echoes to the server in its ACK is moved once too often.
        send("server answers", answer, true, false);
        serverNext++;
        return true;
    }

    private void selective() {
        if (clientStamps) {
            TcpSegment segment = segment(false, TcpSegment.ACK, new byte[0], 400);
            int edge = segment.acknowledgment;
            segment.options = new TcpOptions()
                    .nop()
                    .nop()
                    .timestamps(clientTime, echoed())
                    .nop()
                    .nop()
                    .sack(edge + 10, edge + 20)
                    .bytes();
            send("selective", segment, false, true);
        }
    }

    private void fromClient(String what, int flags, int length) {
        clientTime += random.nextInt(20);
        TcpSegment segment = segment(false, flags, stamps(), 200 + random.nextInt(300));
        segment.data = Bytes.filler(length);
        send("client " + what, segment, false, true);
        clientNext = segment.end();
    }

    private void fromServer(String what, int flags, int length) {
        serverTime += random.nextInt(20);
        byte[] options = serverStamps
                ? new TcpOptions()
                        .nop()
                        .nop()
                        .timestamps(serverTime, clientTime)
                        .bytes()
                : new byte[0];
        TcpSegment segment = segment(true, flags, options, 200 + random.nextInt(300));
        segment.data = Bytes.filler(length);
        send("server " + what, segment, true, true);
        serverNext = segment.end();
        serverTold = serverTime;
    }

    private byte[] stamps() {
        return clientStamps
                ? new TcpOptions().nop().nop().timestamps(clientTime, echoed()).bytes()
                : new byte[0];
    }

    /** What the client saw last of the server's clock, which is the proxy's to it. */
    private int echoed() {
        return clock + serverTold - serverTimeAtFirst;
    }

    private TcpSegment segment(boolean server, int flags, byte[] options, int window) {
        TcpSegment segment = new TcpSegment();
        segment.sourcePort = server ? serverPort : clientPort;
        segment.destinationPort = server ? clientPort : serverPort;
        segment.sequence = server ? serverNext : clientNext;
        segment.acknowledgment = server ? clientNext : cookie + serverNext - serverStart;
        segment.flags = flags;
        segment.options = options;
        segment.window = window;
        return segment;
    }

    private void send(String what, TcpSegment segment, boolean fromServer, boolean withEcho) {
        note(what, proxy.send(segment.packet(ends, fromServer), fromServer), withEcho);
    }

    private void note(String what, Proxy.Out out, boolean withEcho) {
        StringBuilder line = new StringBuilder(what).append(':');
        for (Seen seen : out.toClient()) {
            line.append("\n    to client ").append(seen.text(true, cookie, clock, true));
        }
        for (Seen seen : out.toServer()) {
            line.append("\n    to server ").append(seen.text(false, cookie, clock, withEcho));
        }
        Conntrack entry = proxy.find(tuple);
        line.append("\n    ").append(entry == null ? "no entry" : text(entry));
        log.add(line.toString());
    }

    private static String text(Conntrack entry) {
        return entry.state() instanceof TcpState tcp
                ? tcp.stateName() + " scales " + tcp.originalScale() + " " + tcp.replyScale() + " status "
                        + Integer.toHexString(entry.status())
                : "no TCP";
    }
}
