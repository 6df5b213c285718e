package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;

/** Writes the requests that make, change and remove expectations. */
public final class ExpectationEncoder {
    private static final int NEW = type(SUBSYSTEM_EXPECT, MESSAGE_NEW);
    private static final int DELETE = type(SUBSYSTEM_EXPECT, MESSAGE_DELETE);

    private ExpectationEncoder() {}

    /** A request that makes the expectation; its master must exist. The kernel ignores the timeout here. */
    public static void insert(MessageWriter out, int sequence, Expectation expectation) {
        write(out, sequence, expectation, Netlink.FLAG_REQUEST | Netlink.FLAG_CREATE | Netlink.FLAG_EXCLUSIVE);
    }

    /** A request that sets the timeout of an existing expectation. */
    public static void timeout(MessageWriter out, int sequence, Expectation expectation) {
        write(out, sequence, expectation, Netlink.FLAG_REQUEST);
    }

    private static void write(MessageWriter out, int sequence, Expectation expectation, int flags) {
        out.begin(NEW, flags, sequence, expectation.tuple().family().number(), 0);
        TupleCodec.encode(out, EXPECT_MASTER, expectation.master(), 0);
        TupleCodec.encode(out, EXPECT_TUPLE, expectation.tuple(), 0);
        TupleCodec.encode(out, EXPECT_MASK, expectation.mask(), 0);
        zone(out, expectation);
        if (expectation.timeoutSeconds() >= 0) {
            out.put32(EXPECT_TIMEOUT, expectation.timeoutSeconds());
        }
        out.put32(EXPECT_FLAGS, expectation.flags());
        out.put32(EXPECT_CLASS, expectation.expectClass());
        String helper = expectation.helper();
        if (helper != null && !helper.isEmpty()) {
            out.putString(EXPECT_HELP_NAME, helper);
        }
        String function = expectation.function();
        if (function != null && !function.isEmpty()) {
            out.putString(EXPECT_FN, function);
        }
        Expectation.Nat nat = expectation.nat();
        if (nat != null) {
            int nest = out.beginNest(EXPECT_NAT);
            out.put32(EXPECT_NAT_DIR, nat.replyDirection() ? 1 : 0);
            TupleCodec.encode(out, EXPECT_NAT_TUPLE, nat.tuple(), 0);
            out.endNest(nest);
        }
        out.end();
    }

    /** A request that removes the expectation. */
    public static void delete(MessageWriter out, int sequence, Expectation expectation) {
        out.begin(
                DELETE,
                Netlink.FLAG_REQUEST,
                sequence,
                expectation.tuple().family().number(),
                0);
        TupleCodec.encode(out, EXPECT_TUPLE, expectation.tuple(), 0);
        zone(out, expectation);
        out.end();
    }

    private static void zone(MessageWriter out, Expectation expectation) {
        if (expectation.zone().id() != 0) {
            out.put16(EXPECT_ZONE, expectation.zone().id());
        }
    }
}
