package org.conntwin.proto;

import org.conntwin.tracker.model.Unread;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a record beyond the last one that this version knows. A newer node sent them; they stay with the record
 * whoever owns it next, so that the next newer node reads them again.
 */
public final class UnreadFields {
    private final int lastKnown;
    private @Nullable WireBuffer kept;

    UnreadFields(int lastKnown) {
        this.lastKnown = lastKnown;
    }

    /** Keeps the present field if it is beyond the known ones. */
    void keep(WireReader in) {
        if (in.field() > lastKnown) {
            WireBuffer all = kept;
            if (all == null) {
                all = new WireBuffer(64);
                kept = all;
            }
            all.append(in.array(), in.tagAt(), in.position() - in.tagAt());
        }
    }

    /** What was kept, in its order; null for nothing. */
    @Nullable
    Unread all() {
        WireBuffer all = kept;
        return all == null ? null : new Unread(all.array(), 0, all.length());
    }

    static void write(WireBuffer out, @Nullable Unread unread) {
        if (unread != null) {
            byte[] bytes = unread.bytes();
            out.append(bytes, 0, bytes.length);
        }
    }

    /**
     * Appends those of a record to another one of the same key, unless that has some already.
     *
     * @param out the other record, and nothing else
     * @return whether any were appended
     * @throws MalformedWireException when one of them is not a record
     */
    public static boolean copy(Kind kind, byte[] bytes, int from, int length, WireBuffer out)
            throws MalformedWireException {
        int start = start(kind, bytes, from, length);
        int count = from + length - start;
        if (count == 0 || start(kind, out.array(), 0, out.length()) != out.length()) {
            return false;
        }
        out.append(bytes, start, count);
        return true;
    }

    /** Where they begin, as fields stand in ascending order; the end of the record when there are none. */
    private static int start(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException {
        int lastKnown = kind == Kind.CONNTRACK ? EntryCodec.LAST_FIELD : ExpectationCodec.LAST_FIELD;
        WireReader in = new WireReader(bytes, from, from + length);
        while (in.next()) {
            if (in.field() > lastKnown) {
                return in.tagAt();
            }
        }
        return from + length;
    }
}
