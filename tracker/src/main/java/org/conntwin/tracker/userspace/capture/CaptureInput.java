package org.conntwin.tracker.userspace.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * A file from its start to its end through one buffer of fixed size. An index that {@link #take} gave is good until the
 * next call of it. Not thread-safe.
 */
final class CaptureInput implements Closeable {
    /** More than any link layer sends at once; a record that claims more is damage. */
    static final int LARGEST_RECORD = 256 * 1024;

    private final InputStream in;
    private final String name;
    private final byte[] buffer = new byte[LARGEST_RECORD + 64 * 1024];
    private int from;
    private int to;
    private long offset;
    private boolean littleEndian;
    private Runnable beforeRead = () -> {};

    CaptureInput(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Where in the file the next byte stands. */
    long offset() {
        return offset;
    }

    /** The order of the numbers that follow. */
    void littleEndian(boolean value) {
        littleEndian = value;
    }

    /** What is run before each reading of the stream, which may wait for more of it. */
    void beforeRead(Runnable action) {
        beforeRead = action;
    }

    /** Whether nothing follows. */
    boolean atEnd() throws IOException {
        return available(1) == 0;
    }

    /**
     * The index of the next {@code count} bytes, at most {@link #LARGEST_RECORD}.
     *
     * @param what names them in the error when the file ends before
     */
    int take(int count, String what) throws IOException, CaptureException {
        int there = available(count);
        if (there < count) {
            throw new CaptureException(String.format(
                    Locale.ROOT,
                    "%s: truncated at offset %d: %s takes %d bytes, %d are left",
                    name,
                    offset,
                    what,
                    count,
                    there));
        }
        int index = from;
        from += count;
        offset += count;
        return index;
    }

    /** Passes over {@code count} bytes. */
    void skip(long count, String what) throws IOException, CaptureException {
        long left = count;
        while (left > 0) {
            int step = (int) Math.min(left, LARGEST_RECORD);
            take(step, what);
            left -= step;
        }
    }

    /** What is wrong with the file at {@code at}. */
    CaptureException damage(long at, String what) {
        return new CaptureException(name + ": damaged at offset " + at + ": " + what);
    }

    /** What is wrong with the file as a whole. */
    CaptureException refused(String what) {
        return new CaptureException(name + ": " + what);
    }

    int u16(int index) {
        int first = buffer[index] & 0xff;
        int second = buffer[index + 1] & 0xff;
        return littleEndian ? second << 8 | first : first << 8 | second;
    }

    /** The unsigned 32-bit number at {@code index}. */
    long u32(int index) {
        long first = u16(index);
        long second = u16(index + 2);
        return littleEndian ? second << 16 | first : first << 16 | second;
    }

    long i64(int index) {
        long first = u32(index);
        long second = u32(index + 4);
        return littleEndian ? second << 32 | first : first << 32 | second;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads until {@code count} bytes wait; how many do. */
    private int available(int count) throws IOException {
        if (to - from < count && from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        while (to - from < count) {
            beforeRead.run();
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                break;
            }
            to += read;
        }
        return Math.min(count, to - from);
    }
}
