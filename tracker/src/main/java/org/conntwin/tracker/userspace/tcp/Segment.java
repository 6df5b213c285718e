package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.packet.Packet;

/** The header of one TCP segment, read in place; reused for the next. Not thread-safe. */
final class Segment {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    private static final int HEADER_BYTES = 20;
    private static final int MAX_SCALE = 14;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_SCALE = 3;
    private static final int OPTION_SACK_PERMITTED = 4;
    private static final int OPTION_SACK = 5;
    private static final int SACK_BLOCK_BYTES = 8;
    /** Two no-ops and the head of a timestamp: what nearly every segment carries and nothing else. */
    private static final int ALIGNED_TIMESTAMP = 0x0101_080a;

    private static final int ALIGNED_TIMESTAMP_BYTES = 12;
    /** Flag bytes without PSH, ECE and CWR that make sense together: kernel, tcp_valid_flags. */
    private static final long VALID_FLAGS = bit(SYN)
            | bit(SYN | 0x20)
            | bit(SYN | ACK)
            | bit(RST)
            | bit(RST | ACK)
            | bit(FIN | ACK)
            | bit(FIN | ACK | 0x20)
            | bit(ACK)
            | bit(ACK | 0x20);

    int flags;
    int segmentClass;
    int sequence;
    int acknowledgment;
    /** As in the header, not scaled. */
    int window;
    /** One beyond the last number that it takes, SYN and FIN counted. */
    int end;

    private byte[] bytes = {};
    private int options;
    private int optionsEnd;

    /**
     * Reads the header.
     *
     * @return false when it is cut short or its flags make no sense together
     */
    boolean read(Packet packet) {
        int header = packet.transport;
        int length = packet.transportLength();
        if (length < HEADER_BYTES) {
            return false;
        }
        int headerBytes = packet.u8(header + 12) >>> 4 << 2;
        flags = packet.u8(header + 13);
        if (headerBytes < HEADER_BYTES || length < headerBytes || (VALID_FLAGS >>> (flags & 0x37) & 1) == 0) {
            return false;
        }
        bytes = packet.bytes;
        options = header + HEADER_BYTES;
        optionsEnd = header + headerBytes;
        sequence = packet.i32(header + 4);
        acknowledgment = packet.i32(header + 8);
        window = packet.u16(header + 14);
        end = sequence + length - headerBytes + (flags >>> 1 & 1) + (flags & 1);
        segmentClass = SegmentClass.of(flags);
        return true;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Takes over what the options of a SYN or SYN/ACK announce; without any option nothing changes. */
    void announce(Side side) {
        if (options == optionsEnd) {
            return;
        }
        side.scale = 0;
        side.flags &= TcpState.BE_LIBERAL;
        int at = options;
        while (at < optionsEnd) {
            int kind = bytes[at];
            if (kind == OPTION_END) {
                return;
            }
            if (kind == OPTION_NOTHING) {
                at++;
                continue;
            }
            int size = size(at);
            if (size == 0) {
                return;
            }
            if (kind == OPTION_SACK_PERMITTED && size == 2) {
                side.flags |= TcpState.SACK_PERM;
            } else if (kind == OPTION_SCALE && size == 3) {
                side.scale = Math.min(bytes[at + 2] & 0xff, MAX_SCALE);
                side.flags |= TcpState.WINDOW_SCALE;
            }
            at += size;
        }
    }

    /** The highest number acknowledged, selectively or not. */
    int selectiveAcknowledgment() {
        int highest = acknowledgment;
        int at = options;
        if (optionsEnd - at == ALIGNED_TIMESTAMP_BYTES && i32(at) == ALIGNED_TIMESTAMP) {
            return highest;
        }
        while (at < optionsEnd) {
            int kind = bytes[at];
            if (kind == OPTION_END) {
                return highest;
            }
            if (kind == OPTION_NOTHING) {
                at++;
                continue;
            }
            int size = size(at);
            if (size == 0) {
                return highest;
            }
            if (kind == OPTION_SACK && size > 2 && (size - 2) % SACK_BLOCK_BYTES == 0) {
                for (int block = at + 2; block < at + size; block += SACK_BLOCK_BYTES) {
                    int right = i32(block + 4);
                    if (Sequence.after(right, highest)) {
                        highest = right;
                    }
                }
                return highest;
            }
            at += size;
        }
        return highest;
    }

    /** Bytes of the option at {@code at}; 0 when it does not fit. */
    private int size(int at) {
        if (at + 1 >= optionsEnd) {
            return 0;
        }
        int size = bytes[at + 1] & 0xff;
        return size < 2 || size > optionsEnd - at ? 0 : size;
    }

    private int i32(int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
    }

    private static long bit(int flags) {
        return 1L << flags;
    }
}
