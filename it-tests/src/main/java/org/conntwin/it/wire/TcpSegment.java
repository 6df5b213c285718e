package org.conntwin.it.wire;

import org.conntwin.tracker.model.Protocol;

/** A TCP segment under construction: every field may be set to anything. */
public final class TcpSegment {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    public int sourcePort;
    public int destinationPort;
    public int sequence;
    public int acknowledgment;
    public int flags;
    /** As in the header, not scaled. */
    public int window;

    public byte[] options = {};
    public byte[] data = {};
    /** Header length in words; what it should be when negative. */
    public int headerWords = -1;

    public boolean wrongChecksum;
    /** Bytes of the segment that are sent; all when negative. */
    public int cut = -1;

    /** Starts as all zeros. */
    public TcpSegment() {}

    /** The same once more, to be changed. */
    public TcpSegment copy() {
        TcpSegment other = new TcpSegment();
        other.sourcePort = sourcePort;
        other.destinationPort = destinationPort;
        other.sequence = sequence;
        other.acknowledgment = acknowledgment;
        other.flags = flags;
        other.window = window;
        other.options = options.clone();
        other.data = data.clone();
        other.headerWords = headerWords;
        other.wrongChecksum = wrongChecksum;
        other.cut = cut;
        return other;
    }

    /** Whether any of the flags is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The sequence number behind it. */
    public int end() {
        return sequence + data.length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /** Header and data. */
    public byte[] bytes(Ends ends, boolean fromServer) {
        byte[] bytes = Bytes.join(new byte[20], options, data);
        Bytes.put16(bytes, 0, sourcePort);
        Bytes.put16(bytes, 2, destinationPort);
        Bytes.put32(bytes, 4, sequence);
        Bytes.put32(bytes, 8, acknowledgment);
        bytes[12] = (byte) ((headerWords < 0 ? 5 + options.length / 4 : headerWords) << 4);
        bytes[13] = (byte) flags;
        Bytes.put16(bytes, 14, window);
        byte[] sent = cut < 0 ? bytes : Bytes.cut(bytes, cut);
        if (sent.length >= 18) {
            int sum = Checksum.transport(ends, fromServer, Protocol.TCP, sent, sent.length);
            Bytes.put16(sent, 16, wrongChecksum ? sum ^ 0x1234 : sum);
        }
        return sent;
    }

    /** The IP packet that carries it. */
    public byte[] packet(Ends ends, boolean fromServer) {
        return Ip.packet(ends, fromServer, Protocol.TCP, bytes(ends, fromServer));
    }
}
