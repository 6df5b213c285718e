package org.conntwin.tracker.userspace.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The pcapng format: blocks, of which some hold packets of interfaces that others describe. */
final class BlockReader extends CaptureReader {
    /** The type of a section header block, the same in both byte orders. */
    static final int SECTION = 0x0a0d0d0a;

    private static final int INTERFACE = 1;
    private static final int PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int MOST_INTERFACES = 65_536;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    private final List<Interface> interfaces = new ArrayList<>();
    /** Where the present block begins. */
    private long block;
    /** Bytes of it that were not read yet, without the length at its end. */
    private long rest;

    private long length;
    private boolean open;
    private long lastTime;

    /** Begins behind the type of the first section header. */
    BlockReader(CaptureInput in) throws IOException, CaptureException {
        super(in);
        section();
    }

    /** An interface's packets: their link type, most bytes of each (0 for all), and clock. */
    private record Interface(int link, long snapLength, Clock clock) {}

    @Override
    public boolean next(Frame frame) throws IOException, CaptureException {
        while (true) {
            if (open) {
                end();
            }
            if (in.atEnd()) {
                return false;
            }
            block = in.offset();
            int type = (int) in.u32(in.take(4, "a block's type"));
            if (type == SECTION) {
                section();
                continue;
            }
            begin(4);
            switch (type) {
                case INTERFACE -> describe();
                case PACKET, ENHANCED_PACKET -> {
                    packet(frame, type == PACKET);
                    return true;
                }
                case SIMPLE_PACKET -> {
                    simplePacket(frame);
                    return true;
                }
                default -> {}
            }
        }
    }

    /** Reads the length of a block whose first {@code read} bytes are behind. */
    private void begin(int read) throws IOException, CaptureException {
        length = in.u32(in.take(4, "a block's length"));
        rest = length - read - 8;
        if (rest < 0 || length % 4 != 0) {
            throw in.damage(block, "a block cannot have " + length + " bytes");
        }
        open = true;
    }

    /** Passes over what is left of the block and compares the length at its end. */
    private void end() throws IOException, CaptureException {
        in.skip(rest, "the rest of a block");
        long again = in.u32(in.take(4, "the length at a block's end"));
        if (again != length) {
            throw in.damage(block, "the block says " + length + " bytes at its start and " + again + " at its end");
        }
        open = false;
    }

    private int take(int count) throws IOException, CaptureException {
        if (count > rest) {
            throw in.damage(block, "the block is too short for what it is");
        }
        rest -= count;
        return in.take(count, "a block");
    }

    /** Reads a section header behind its type: from here on another byte order and other interfaces count. */
    private void section() throws IOException, CaptureException {
        int header = in.take(8, "a section's header");
        in.littleEndian(false);
        boolean big = (int) in.u32(header + 4) == BYTE_ORDER;
        in.littleEndian(true);
        boolean little = (int) in.u32(header + 4) == BYTE_ORDER;
        if (!big && !little) {
            throw in.damage(block, "a section's header without a byte order");
        }
        in.littleEndian(little);
        length = in.u32(header);
        rest = length - 16;
        if (rest < 12 || length % 4 != 0) {
            throw in.damage(block, "a section's header cannot have " + length + " bytes");
        }
        int version = take(12);
        if (in.u16(version) != 1) {
            throw in.damage(
                    block, "version " + in.u16(version) + "." + in.u16(version + 2) + " of pcapng is not known");
        }
        interfaces.clear();
        open = true;
    }

    private void describe() throws IOException, CaptureException {
        int fixed = take(8);
        int link = in.u16(fixed);
        long snapLength = in.u32(fixed + 4);
        if (interfaces.size() == MOST_INTERFACES) {
            throw in.damage(block, "more than " + MOST_INTERFACES + " interfaces");
        }
        int resolution = 6;
        long offset = 0;
        while (rest >= 4) {
            int option = take(4);
            int code = in.u16(option);
            int size = in.u16(option + 2);
            if (code == 0) {
                break;
            }
            int value = take((int) Math.min((long) size + 3 & ~3, Math.max(rest, size)));
            if (code == OPTION_RESOLUTION && size >= 1) {
                resolution = in.buffer()[value] & 0xff;
            } else if (code == OPTION_OFFSET && size >= 8) {
                offset = in.i64(value);
            }
        }
        Clock clock = Clock.of(resolution, offset);
        if (clock == null) {
            throw in.damage(block, "an interface whose clock has a resolution of " + resolution);
        }
        interfaces.add(new Interface(link, snapLength, clock));
    }

    private void packet(Frame frame, boolean old) throws IOException, CaptureException {
        int fixed = take(20);
        Interface from = interfaceOf(old ? in.u16(fixed) : in.u32(fixed));
        long time = from.clock().nanoseconds(in.u32(fixed + 4) << 32 | in.u32(fixed + 8));
        long captured = in.u32(fixed + 12);
        long wire = in.u32(fixed + 16);
        lastTime = time;
        packet(frame, from, captured, wire);
    }

    /** A packet without a time of its own happened when the one before it did. */
    private void simplePacket(Frame frame) throws IOException, CaptureException {
        long wire = in.u32(take(4));
        Interface from = interfaceOf(0);
        long most = from.snapLength() == 0 ? wire : Math.min(wire, from.snapLength());
        packet(frame, from, Math.min(most, rest), wire);
    }

    private void packet(Frame frame, Interface from, long captured, long wire) throws IOException, CaptureException {
        if (captured > CaptureInput.LARGEST_RECORD) {
            throw in.damage(block, "a record of " + captured + " bytes is larger than any packet");
        }
        if (captured > rest) {
            throw in.damage(block, "a record of " + captured + " bytes in a block that has " + rest + " left");
        }
        LinkType link = link(in, block, from.link());
        rest -= captured;
        fill(frame, (int) captured, wire, link, lastTime);
    }

    private Interface interfaceOf(long number) throws CaptureException {
        if (number >= interfaces.size()) {
            throw in.damage(block, "a packet of interface " + number + ", which nothing describes");
        }
        return interfaces.get((int) number);
    }
}
