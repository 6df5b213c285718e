package org.conntwin.proto;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Unread;

/**
 * The codec of entries in the later version: the upper half of a mark is in the new field, where today's version does not
 * look for it. So a mark that a commit writes whole has come through with that field.
 */
public final class EntryCodec {
    static final int HELPER_LONGEST = TodaysEntryCodec.HELPER_LONGEST;
    static final int LAST_FIELD = NewerSchema.laterField("Entry");

    private EntryCodec() {}

    /** Appends the entry's bytes. */
    public static void encode(Conntrack entry, WireBuffer out) {
        ConntrackBuilder lower = ConntrackBuilder.from(entry);
        lower.mark = entry.mark() & 0xffff;
        lower.unread = null;
        TodaysEntryCodec.encode(built(lower), out);
        out.uint(LAST_FIELD, entry.mark() >>> 16);
        UnreadFields.write(out, entry.unread());
    }

    /** The bytes of the entry's key. */
    public static void encodeKey(Conntrack entry, WireBuffer out) {
        TodaysEntryCodec.encodeKey(entry, out);
    }

    /** Reads an entry. */
    public static Conntrack decode(byte[] bytes, int from, int length) throws MalformedWireException {
        ConntrackBuilder whole = ConntrackBuilder.from(TodaysEntryCodec.decode(bytes, from, length));
        Unread beyond = whole.unread;
        if (beyond != null) {
            UnreadFields unread = new UnreadFields(LAST_FIELD);
            byte[] fields = beyond.bytes();
            WireReader in = new WireReader(fields, 0, fields.length);
            while (in.next()) {
                if (in.field() == LAST_FIELD) {
                    whole.mark |= in.number32() << 16;
                } else {
                    unread.keep(in);
                }
            }
            whole.unread = unread.all();
        }
        return built(whole);
    }

    private static Conntrack built(ConntrackBuilder entry) {
        return Objects.requireNonNull(entry.build());
    }
}
