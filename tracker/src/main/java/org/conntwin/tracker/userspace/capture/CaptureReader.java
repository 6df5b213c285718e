package org.conntwin.tracker.userspace.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The records of a capture, one after the other: pcap with micro- or nanoseconds, and pcapng, each in either byte
 * order. Memory does not grow with the file. Not thread-safe.
 */
public abstract sealed class CaptureReader implements Closeable permits ClassicReader, BlockReader {
    final CaptureInput in;

    CaptureReader(CaptureInput in) {
        this.in = in;
    }

    /**
     * Opens a capture; a pipe will do.
     *
     * @throws CaptureException when it is none, or of a link type that is not understood
     */
    public static CaptureReader open(Path file) throws IOException, CaptureException {
        InputStream stream = Files.newInputStream(file);
        try {
            return open(stream, file.toString());
        } catch (IOException | CaptureException | RuntimeException failure) {
            stream.close();
            throw failure;
        }
    }

    /**
     * The same of any stream, which {@link #close} closes.
     *
     * @param name what errors call it
     */
    public static CaptureReader open(InputStream stream, String name) throws IOException, CaptureException {
        CaptureInput in = new CaptureInput(stream, name);
        if (in.atEnd()) {
            throw in.refused("empty; not a capture");
        }
        int first = (int) in.u32(in.take(4, "the magic number"));
        return switch (first) {
            case 0xa1b2c3d4 -> new ClassicReader(in, false, 1000);
            case 0xa1b23c4d -> new ClassicReader(in, false, 1);
            case 0xd4c3b2a1 -> new ClassicReader(in, true, 1000);
            case 0x4d3cb2a1 -> new ClassicReader(in, true, 1);
            case BlockReader.SECTION -> new BlockReader(in);
            default ->
                throw in.refused(
                        first >>> 16 == 0x1f8b
                                ? "compressed with gzip; unpack it, or pipe zcat into replay -"
                                : "not a capture; pcap and pcapng are understood");
        };
    }

    /**
     * Has {@link #next} run this whenever it has to read on, which may take as long as the other end of a pipe likes;
     * not for each record, as many are read at a time.
     */
    public final void beforeRead(Runnable action) {
        in.beforeRead(action);
    }

    /**
     * Reads the next record.
     *
     * @return false at the end of the file
     * @throws CaptureException when the file cannot be read on; what was read before stands
     */
    public abstract boolean next(Frame frame) throws IOException, CaptureException;

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** The link type of the number at {@code at}, or the error that it is not understood. */
    static LinkType link(CaptureInput in, long at, int number) throws CaptureException {
        LinkType link = LinkType.of(number);
        if (link == null) {
            throw in.refused("link type " + number + " at offset " + at
                    + " is not understood; Ethernet, raw IP, Linux cooked and BSD loopback are");
        }
        return link;
    }

    /** Has the frame hold {@code captured} bytes that come next in the file. */
    final void fill(Frame frame, int captured, long wire, LinkType link, long time)
            throws IOException, CaptureException {
        frame.start = in.take(captured, "a record");
        frame.bytes = in.buffer();
        frame.captured = captured;
        frame.wire = (int) Math.max(captured, Math.min(wire, Integer.MAX_VALUE));
        frame.link = link;
        frame.time = Math.min(time, 1L << 62);
    }
}
