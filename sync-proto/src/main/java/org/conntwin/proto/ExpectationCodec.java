package org.conntwin.proto;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;

/** {@code Expectation} of the schema to {@link Expectation} and back. */
public final class ExpectationCodec {
    /** The highest field of an expectation that this version knows. */
    static final int LAST_FIELD = 7;

    private ExpectationCodec() {}

    /** Appends the expectation's bytes. */
    public static void encode(Expectation expectation, WireBuffer out) {
        out.uint(1, Math.max(0, expectation.timeoutSeconds()));
        WireBuffer key = new WireBuffer(160);
        encodeKey(expectation, key);
        out.bytes(2, key.array(), 0, key.length());
        out.uint(3, expectation.flags());
        out.text(4, expectation.helper());
        out.text(5, expectation.function());
        Expectation.Nat nat = expectation.nat();
        if (nat != null) {
            TupleWire.write(out, 6, nat.tuple(), 0);
            out.uint(7, nat.replyDirection() ? 1 : 0);
        }
        UnreadFields.write(out, expectation.unread());
    }

    /** Appends the bytes of what makes the expectation the same one. */
    public static void encodeKey(Expectation expectation, WireBuffer out) {
        TupleWire.write(out, 1, expectation.tuple(), expectation.zone().id());
        TupleWire.write(out, 2, expectation.mask(), 0);
        TupleWire.write(out, 3, expectation.master(), 0);
        out.uint(4, expectation.expectClass());
    }

    /**
     * Reads an expectation; fields that this version does not know are kept unread.
     *
     * @throws MalformedWireException when the bytes are not an expectation
     */
    public static Expectation decode(byte[] bytes, int from, int length) throws MalformedWireException {
        WireReader in = new WireReader(bytes, from, from + length);
        int timeout = 0;
        Key key = null;
        int flags = 0;
        String helper = null;
        String function = null;
        Tuple nat = null;
        boolean natReply = false;
        UnreadFields unread = new UnreadFields(LAST_FIELD);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> timeout = Math.max(0, in.number32());
                case 2 -> key = key(in.nested());
                case 3 -> flags = in.number32();
                case 4 -> helper = in.text(EntryCodec.HELPER_LONGEST);
                case 5 -> function = in.text(EntryCodec.HELPER_LONGEST);
                case 6 -> nat = TupleWire.read(in.nested()).tuple();
                case 7 -> natReply = in.number() != 0;
                default -> unread.keep(in);
            }
        }
        if (key == null) {
            throw new MalformedWireException("an expectation without its key");
        }
        return new Expectation(
                key.tuple,
                key.mask,
                key.master,
                key.zone,
                timeout,
                key.expectClass,
                flags,
                helper,
                function,
                nat == null ? null : new Expectation.Nat(nat, natReply),
                0,
                unread.all());
    }

    private record Key(Tuple tuple, Tuple mask, Tuple master, Zone zone, int expectClass) {}

    private static Key key(WireReader in) throws MalformedWireException {
        Tuple tuple = null;
        Tuple mask = null;
        Tuple master = null;
        int zone = 0;
        int expectClass = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    TupleWire.Zoned zoned = TupleWire.read(in.nested());
                    tuple = zoned.tuple();
                    zone = zoned.zone();
                }
                case 2 -> mask = TupleWire.read(in.nested()).tuple();
                case 3 -> master = TupleWire.read(in.nested()).tuple();
                case 4 -> expectClass = in.number32();
                default -> {}
            }
        }
        if (tuple == null || mask == null || master == null) {
            throw new MalformedWireException("an expectation without tuple, mask or master");
        }
        return new Key(tuple, mask, master, Zone.of(zone, Zone.Scope.BOTH), expectClass);
    }
}
