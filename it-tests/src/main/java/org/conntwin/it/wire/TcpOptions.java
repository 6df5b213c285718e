package org.conntwin.it.wire;

import java.io.ByteArrayOutputStream;

/** TCP options in the order in which they are added. */
public final class TcpOptions {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Starts without any. */
    public TcpOptions() {}

    /** An option of any kind with a length that may be wrong. */
    public TcpOptions raw(int kind, int length, byte... value) {
        bytes.write(kind);
        bytes.write(length);
        bytes.writeBytes(value);
        return this;
    }

    /** Maximum segment size. */
    public TcpOptions mss(int size) {
        return raw(2, 4, (byte) (size >>> 8), (byte) size);
    }

    /** Window scale. */
    public TcpOptions scale(int shift) {
        return nop().raw(3, 3, (byte) shift);
    }

    /** Selective acknowledgements are welcome. */
    public TcpOptions sackPermitted() {
        return raw(4, 2);
    }

    /** Timestamps. */
    public TcpOptions timestamps(int value, int echo) {
        byte[] both = new byte[8];
        Bytes.put32(both, 0, value);
        Bytes.put32(both, 4, echo);
        return raw(8, 10, both);
    }

    /** Selective acknowledgements: left and right edges in turn. */
    public TcpOptions sack(int... edges) {
        byte[] blocks = new byte[edges.length * 4];
        for (int i = 0; i < edges.length; i++) {
            Bytes.put32(blocks, i * 4, edges[i]);
        }
        return raw(5, 2 + blocks.length, blocks);
    }

    /** Nothing, one byte. */
    public TcpOptions nop() {
        bytes.write(1);
        return this;
    }

    /** The end of the options. */
    public TcpOptions end() {
        bytes.write(0);
        return this;
    }

    /** Bytes so far. */
    public int length() {
        return bytes.size();
    }

    /** The options, filled up with NOPs to a multiple of four, cut at forty bytes. */
    public byte[] bytes() {
        while (bytes.size() % 4 != 0) {
            bytes.write(1);
        }
        return Bytes.cut(bytes.toByteArray(), 40);
    }
}
