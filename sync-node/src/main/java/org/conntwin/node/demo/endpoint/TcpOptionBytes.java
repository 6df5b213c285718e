package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;

/** TCP options as they stand in the header, padded to four bytes. */
final class TcpOptionBytes {
    static final byte[] NONE = {};

    private static final byte NO_OPERATION = 1;

    private TcpOptionBytes() {}

    /**
     * What a SYN or SYN/ACK announces.
     *
     * @param maxSegment the segment size
     * @param scale the window scale, -1 for none
     */
    static byte[] ofSyn(int maxSegment, int scale, boolean selective) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + (selective ? 4 : 0) + (scale >= 0 ? 4 : 0));
        bytes.put((byte) 2).put((byte) 4).putShort((short) maxSegment);
        if (selective) {
            bytes.put(NO_OPERATION).put(NO_OPERATION).put((byte) 4).put((byte) 2);
        }
        if (scale >= 0) {
            bytes.put(NO_OPERATION).put((byte) 3).put((byte) 3).put((byte) scale);
        }
        return bytes.array();
    }

    /**
     * Selective acknowledgements.
     *
     * @param blocks begin and end offset of each in turn
     * @param origin the sequence number of offset 0
     */
    static byte[] ofBlocks(long[] blocks, int origin) {
        if (blocks.length == 0) {
            return NONE;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * blocks.length);
        bytes.put(NO_OPERATION).put(NO_OPERATION).put((byte) 5).put((byte) (2 + 4 * blocks.length));
        for (long block : blocks) {
            bytes.putInt(origin + (int) block);
        }
        return bytes.array();
    }
}
