package org.conntwin.tracker.netlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of netlink framing ({@code linux/netlink.h}) and access to its host-order fields. */
public final class Netlink {
    public static final int HEADER_BYTES = 16;
    public static final int TYPE = 4;
    public static final int FLAGS = 6;
    public static final int SEQUENCE = 8;
    public static final int PORT = 12;
    /** {@code struct nfgenmsg}: family, version, resource id. */
    public static final int NETFILTER_HEADER_BYTES = 4;

    public static final int TYPE_ERROR = 2;
    public static final int TYPE_DONE = 3;

    public static final int FLAG_REQUEST = 0x1;
    public static final int FLAG_ACK = 0x4;
    public static final int FLAG_DUMP = 0x300;
    public static final int FLAG_EXCLUSIVE = 0x200;
    public static final int FLAG_CREATE = 0x400;

    public static final int ATTRIBUTE_BYTES = 4;
    public static final int NESTED = 0x8000;
    public static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

    private static final VarHandle HOST_SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle HOST_INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private Netlink() {}

    /** An unsigned 16-bit field in host order. */
    public static int hostShort(ByteBuffer buffer, int at) {
        return (short) HOST_SHORT.get(buffer, at) & 0xffff;
    }

    /** A 32-bit field in host order. */
    public static int hostInt(ByteBuffer buffer, int at) {
        return (int) HOST_INT.get(buffer, at);
    }

    /** Writes a 16-bit field in host order. */
    public static void hostShort(ByteBuffer buffer, int at, int value) {
        HOST_SHORT.set(buffer, at, (short) value);
    }

    /** Writes a 32-bit field in host order. */
    public static void hostInt(ByteBuffer buffer, int at, int value) {
        HOST_INT.set(buffer, at, value);
    }

    /** The next multiple of four: messages and attributes start on one. */
    public static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
