package org.conntwin.tracker.userspace.capture;

import java.io.IOException;

/** The pcap format: one link type for the whole file. */
final class ClassicReader extends CaptureReader {
    private static final int HEADER = 16;

    private final int unit;
    private final LinkType link;

    /**
     * Reads the rest of the file's header.
     *
     * @param unit nanoseconds that the fraction of a time counts
     */
    ClassicReader(CaptureInput in, boolean littleEndian, int unit) throws IOException, CaptureException {
        super(in);
        this.unit = unit;
        in.littleEndian(littleEndian);
        int header = in.take(20, "the header");
        if (in.u16(header) != 2) {
            throw in.damage(4, "version " + in.u16(header) + "." + in.u16(header + 2) + " of pcap is not known");
        }
        link = link(in, 20, in.u16(littleEndian ? header + 16 : header + 18));
    }

    @Override
    public boolean next(Frame frame) throws IOException, CaptureException {
        if (in.atEnd()) {
            return false;
        }
        long at = in.offset();
        int header = in.take(HEADER, "a record's header");
        long time = in.u32(header) * 1_000_000_000L + in.u32(header + 4) * unit;
        long captured = in.u32(header + 8);
        long wire = in.u32(header + 12);
        if (captured > CaptureInput.LARGEST_RECORD) {
            throw in.damage(at, "a record of " + captured + " bytes is larger than any packet");
        }
        fill(frame, (int) captured, wire, link, time);
        return true;
    }
}
