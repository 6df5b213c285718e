package org.conntwin.it.differential.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.Icmp;
import org.conntwin.it.wire.Ip;
import org.conntwin.it.wire.Udp;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/** Datagrams in pieces: in order, reversed, overlapping, twice, with gaps, and wrong. */
final class Fragments {
    private static final int HEADER = 8;

    private final TraceBuilder trace;
    private final Dice dice;

    /** A piece on its way. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares pieces
    private record Piece(byte[] packet, int datagram) {}

    private Fragments(TraceBuilder trace, Dice dice) {
        this.trace = trace;
        this.dice = dice;
    }

    static void write(TraceBuilder trace, Dice dice) {
        Fragments fragments = new Fragments(trace, dice);
        for (int i = dice.between(3, 12); i > 0; i--) {
            fragments.some();
        }
    }

    /** One or two datagrams whose pieces come mixed. */
    private void some() {
        int number = trace.size() + 1;
        List<Piece> pieces = new ArrayList<>();
        for (int datagrams = dice.percent(75) ? 1 : 2; datagrams > 0; datagrams--) {
            List<byte[]> ofOne = pieces(dice.coin());
            order(ofOne);
            int identification = number + (dice.percent(85) ? datagrams * 1_000 : 0);
            ofOne.forEach(piece -> pieces.add(new Piece(piece, identification)));
        }
        if (dice.percent(20)) {
            Collections.shuffle(pieces, new Random(dice.any()));
        }
        for (Piece piece : pieces) {
            trace.sendFragment(piece.packet, piece.datagram);
        }
    }

    private List<byte[]> pieces(boolean fromServer) {
        int protocol = dice.of(Protocol.UDP, Protocol.UDP, trace.ends().icmp(), Protocol.TCP, 99);
        byte[] whole = whole(fromServer, protocol);
        int size = HEADER * dice.of(1, 2, 3, 8, dice.between(1, 60));
        List<byte[]> pieces = Ip.fragments(trace.ends(), fromServer, protocol, whole, size);
        if (pieces.size() > 24) {
            pieces = Ip.fragments(trace.ends(), fromServer, protocol, whole, whole.length / 2 & -HEADER);
        }
        pieces = new ArrayList<>(pieces);
        int places = whole.length / HEADER;
        switch (dice.between(0, 11)) {
            case 0 -> pieces.add(dice.between(0, pieces.size()), dice.of(pieces).clone());
            case 1 -> {
                if (pieces.size() > 1) {
                    pieces.remove(dice.between(0, pieces.size() - 1));
                }
            }
            case 2, 3 -> {
                int from = HEADER * dice.between(0, Math.max(0, places - 1));
                int to = Math.min(whole.length, from + HEADER * dice.between(1, 9));
                byte[] overlap = Ip.fragment(trace.ends(), fromServer, protocol, whole, from, to, dice.percent(80));
                pieces.add(dice.between(0, pieces.size()), overlap);
            }
            case 4 -> {
                int from = HEADER * dice.between(0, places);
                int to = Math.min(whole.length, from + dice.between(0, 40));
                byte[] odd =
                        Ip.fragment(trace.ends(), fromServer, protocol, whole, Math.min(from, to), to, dice.coin());
                pieces.add(dice.between(0, pieces.size()), odd);
            }
            case 5 -> {
                byte[] far = new byte[65_536];
                byte[] last = Ip.fragment(trace.ends(), fromServer, protocol, far, 65_480, 65_536, false);
                pieces.set(pieces.size() - 1, last);
            }
            default -> {}
        }
        return pieces;
    }

    private byte[] whole(boolean fromServer, int protocol) {
        int port = dice.of(5_000, 5_001, 5_002);
        byte[] data = Bytes.filler(dice.of(dice.between(16, 200), dice.between(100, 3_000)));
        return switch (protocol) {
            case Protocol.UDP ->
                Udp.datagram(
                        trace.ends(),
                        fromServer,
                        port,
                        port,
                        data,
                        HEADER + data.length,
                        dice.percent(85) ? Udp.Sum.RIGHT : Udp.Sum.WRONG);
            case Protocol.TCP -> {
                TcpTalk talk = TcpTalk.random(trace, dice);
                yield fromServer
                        ? talk.server.data(data.length).bytes(trace.ends(), true)
                        : talk.client.data(data.length).bytes(trace.ends(), false);
            }
            case Protocol.ICMP, Protocol.ICMPV6 -> {
                boolean four = trace.ends().family() == Family.IPV4;
                int type = fromServer ? (four ? 0 : 129) : (four ? 8 : 128);
                yield Icmp.message(trace.ends(), fromServer, type, 0, 77 << 16, data, dice.percent(10));
            }
            default -> data;
        };
    }

    private void order(List<byte[]> pieces) {
        switch (dice.between(0, 4)) {
            case 0 -> Collections.reverse(pieces);
            case 1 -> Collections.shuffle(pieces, new Random(dice.any()));
            default -> {}
        }
    }
}
