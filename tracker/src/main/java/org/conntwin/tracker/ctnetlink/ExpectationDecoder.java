package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** Reads expectation messages: dumps and events. Not thread-safe. */
public final class ExpectationDecoder {
    private final UnknownAttributes unknown;
    private final TupleCodec tuples;

    /** Attributes that it does not know are left out and counted. */
    public ExpectationDecoder(UnknownAttributes unknown) {
        this.unknown = unknown;
        this.tuples = new TupleCodec(unknown);
    }

    /** As {@link ConntrackDecoder#decode}; null when malformed or without tuple, mask and master. */
    public @Nullable Expectation decode(ByteBuffer buffer, int from, int to) {
        try {
            return attributes(new AttributeCursor(buffer, from, to));
        } catch (MalformedMessageException malformed) {
            return null;
        }
    }

    private @Nullable Expectation attributes(AttributeCursor cursor) {
        Tuple tuple = null;
        Tuple mask = null;
        Tuple master = null;
        Zone zone = Zone.DEFAULT;
        int timeout = Conntrack.UNKNOWN;
        int expectClass = 0;
        int flags = 0;
        String helper = null;
        String function = null;
        Expectation.Nat nat = null;
        int id = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case EXPECT_MASTER -> master = tuples.decode(cursor.nested());
                case EXPECT_TUPLE -> tuple = tuples.decode(cursor.nested());
                case EXPECT_MASK -> mask = tuples.decode(cursor.nested());
                case EXPECT_TIMEOUT -> timeout = Math.max(0, cursor.u32());
                case EXPECT_ID -> id = cursor.u32();
                case EXPECT_HELP_NAME -> helper = cursor.text();
                case EXPECT_ZONE -> zone = Zone.of(cursor.u16(), Zone.Scope.BOTH);
                case EXPECT_FLAGS -> flags = cursor.u32();
                case EXPECT_CLASS -> expectClass = cursor.u32();
                case EXPECT_NAT -> nat = nat(cursor.nested());
                case EXPECT_FN -> function = cursor.text();
                default -> unknown.count();
            }
        }
        if (tuple == null || mask == null || master == null) {
            return null;
        }
        return new Expectation(tuple, mask, master, zone, timeout, expectClass, flags, helper, function, nat, id);
    }

    private Expectation.@Nullable Nat nat(AttributeCursor cursor) {
        Tuple saved = null;
        int direction = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case EXPECT_NAT_DIR -> direction = cursor.u32();
                case EXPECT_NAT_TUPLE -> saved = tuples.decode(cursor.nested());
                default -> unknown.count();
            }
        }
        return saved == null ? null : new Expectation.Nat(saved, direction != 0);
    }
}
