package org.conntwin.proto;

import org.conntwin.tracker.model.TcpWindows;

/** {@code TcpWindows} of the schema to {@link TcpWindows} and back. */
final class WindowsWire {
    private WindowsWire() {}

    static void write(WireBuffer out, int field, TcpWindows windows) {
        int start = out.beginShort(field);
        side(out, 1, windows.original());
        side(out, 2, windows.reply());
        TcpWindows.Last last = windows.last();
        out.uint(3, last.direction() << 3 | last.segment());
        out.fixed32(4, last.sequence());
        out.fixed32(5, last.acknowledgment());
        out.fixed32(6, last.end());
        out.uint(7, last.window());
        out.uint(8, last.scale() << 8 | last.flags());
        out.uint(9, last.retransmissions());
        out.endShort(start);
    }

    private static void side(WireBuffer out, int field, TcpWindows.Side side) {
        if ((side.end() | side.maxEnd() | side.maxWindow() | side.maxAck()) == 0) {
            return;
        }
        int start = out.beginShort(field);
        out.fixed32(1, side.end());
        out.fixed32(2, side.maxEnd());
        out.uint(3, Integer.toUnsignedLong(side.maxWindow()));
        out.fixed32(4, side.maxAck());
        out.endShort(start);
    }

    /** Reads windows; what is out of its range is cut to it, as its bits beyond have no meaning. */
    static TcpWindows read(WireReader in) throws MalformedWireException {
        TcpWindows.Side original = new TcpWindows.Side(0, 0, 0, 0);
        TcpWindows.Side reply = original;
        int segment = 0;
        int sequence = 0;
        int acknowledgment = 0;
        int end = 0;
        int window = 0;
        int syn = 0;
        int retransmissions = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> original = side(in.nested());
                case 2 -> reply = side(in.nested());
                case 3 -> segment = in.number32();
                case 4 -> sequence = in.number32();
                case 5 -> acknowledgment = in.number32();
                case 6 -> end = in.number32();
                case 7 -> window = in.number32();
                case 8 -> syn = in.number32();
                case 9 -> retransmissions = in.number32();
                default -> {}
            }
        }
        TcpWindows.Last last = new TcpWindows.Last(
                segment >>> 3 & 1,
                segment & 7,
                sequence,
                acknowledgment,
                end,
                window & 0xffff,
                syn >>> 8 & 0xf,
                syn & 0xff,
                retransmissions & 0xff);
        return new TcpWindows(original, reply, last);
    }

    private static TcpWindows.Side side(WireReader in) throws MalformedWireException {
        int end = 0;
        int maxEnd = 0;
        int maxWindow = 0;
        int maxAck = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> end = in.number32();
                case 2 -> maxEnd = in.number32();
                case 3 -> maxWindow = in.number32();
                case 4 -> maxAck = in.number32();
                default -> {}
            }
        }
        return new TcpWindows.Side(end, maxEnd, maxWindow, maxAck);
    }
}
