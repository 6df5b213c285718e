package org.conntwin.node.cache;

import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.proto.WireRecord;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** Where a key lies: its place in an array and its hash. Reused between calls. */
final class RecordKey {
    byte[] bytes = {};
    int from;
    int length;
    long hash;
    private final WireBuffer encoded = new WireBuffer(256);

    /** The key of a whole record. */
    RecordKey ofRecord(byte[] record, int start, int size) throws MalformedWireException {
        int content = WireRecord.contentStart(record, start, size);
        return of(record, WireRecord.keyStart(record, content), WireRecord.keyLength(record, content, start + size));
    }

    /** The entry's, encoded into memory of its own. */
    RecordKey of(Conntrack entry) {
        encoded.reset();
        EntryCodec.encodeKey(entry, encoded);
        return of(encoded.array(), 0, encoded.length());
    }

    /** The expectation's, encoded into memory of its own. */
    RecordKey of(Expectation expectation) {
        encoded.reset();
        ExpectationCodec.encodeKey(expectation, encoded);
        return of(encoded.array(), 0, encoded.length());
    }

    /** A key by itself. */
    RecordKey of(byte[] array, int start, int size) {
        bytes = array;
        from = start;
        length = size;
        hash = WireRecord.hash(array, start, size);
        return this;
    }
}
